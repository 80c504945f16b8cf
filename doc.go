// Package rostrum holds the words of the trade and the rules that need nothing but themselves:
// what a meeting, a recording, an intervention and a revision are, who may watch, what may be
// published, and the arithmetic of timecode and of the cut.
//
// It uses the standard library only and does no input or output. Every other package of the
// program imports it; it imports none of them.
package rostrum
