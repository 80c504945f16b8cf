// Package page is what a viewer's browser gets: templates, styles, scripts and the words of the
// interface in six languages. It holds no handlers and no database: a handler fills one of the
// view structs (Home, MeetingPage, WatchPage, EmbedPage, ErrorPage) and calls Render.
//
// Every page is whole without scripts: the video element plays the MP4, the captions are tracks of
// it, the transcript is text. The scripts replace the source by the HLS master on the first play;
// nothing of the media is fetched before, and what playing costs with and without the picture is said.
//
// Addresses in the view structs are root-relative and include the base path, as a browser needs
// them; absolute ones (links for sharing, metadata) are made here from Chrome.PublicURL. Pages use
// no cookie, no inline handler and nothing from another host; Chrome.Policy is the
// Content-Security-Policy that fits them.
package page
