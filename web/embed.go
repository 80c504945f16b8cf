package web

import (
	"net/http"

	"github.com/gorilla/mux"

	"rostrum"
	"rostrum/web/page"
)

// showEmbed answers with the player alone, for a frame on a partner's page.
func (s *server) showEmbed(w http.ResponseWriter, r *http.Request) error {
	ctx, viewer, c := r.Context(), rostrum.Viewer{}, s.chrome(r)
	i, err := s.watchableByID(ctx, viewer, mux.Vars(r)["id"])
	if err != nil {
		return err
	}
	m, err := s.heard(ctx, viewer, i)
	if err != nil {
		return err
	}
	names, err := s.names(ctx, c.UI)
	if err != nil {
		return err
	}
	return s.render(w, r, c, http.StatusOK, shapeEmbed, page.EmbedPage{
		Chrome: c, Media: s.mediaOf(r, i, m), ID: string(i.ID), Title: titleIn(i, c.UI),
		Speaker: i.Speaker, Organisation: names.organisation(i.Organisation), WatchPath: s.base + i.Page(),
	})
}
