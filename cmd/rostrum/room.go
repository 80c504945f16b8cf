package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"rostrum"
	"rostrum/storage/catalogue"
)

// roomCommand keeps the channel maps of meeting rooms: a room is wired the same way every time.
type roomCommand struct {
	Save   roomSaveCommand   `cmd:"" help:"Save how a room is wired, or change it."`
	List   roomListCommand   `cmd:"" help:"List the rooms that are saved."`
	Remove roomRemoveCommand `cmd:"" help:"Forget a room; what was recorded in it stays as it is."`
}

type roomSaveCommand struct {
	Name     string   `arg:"" help:"Small letters, digits and hyphens, like salle-popov."`
	Channels []string `required:"" placeholder:"floor,fr=2.1,…" help:"What each sound track carries, in order; or with its place as NAME=TRACK.CHANNEL, counted from 1; - for what is not taken."`
	Title    string   `help:"Name of the room for people."`
}

func (c *roomSaveCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	said, err := rostrum.ParseChannels(c.Channels)
	if err != nil {
		return err
	}
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	room := catalogue.Room{Name: c.Name, Title: c.Title, Channels: said}
	if err := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if err := tx.PutRoom(ctx, room); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: time.Now(), Who: who(), Action: "room", Subject: room.Name, Detail: strings.Join(entriesOf(room), ",")})
	}); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The room %s is saved: %s\n", room.Name, strings.Join(entriesOf(room), ","))
	return nil
}

// entriesOf writes a room's channel map as people do.
func entriesOf(room catalogue.Room) []string {
	entries := []string{}
	for _, c := range room.Channels {
		entries = append(entries, c.String())
	}
	return entries
}

type roomListCommand struct {
	JSON bool `name:"json" help:"Print one JSON document."`
}

type roomReport struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Channels []string `json:"channels"`
}

func (c *roomListCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	s.json = c.JSON
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	rooms, err := p.Catalogue.Rooms(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		reports := []roomReport{}
		for _, room := range rooms {
			reports = append(reports, roomReport{room.Name, room.Title, entriesOf(room)})
		}
		return s.print(map[string]any{"rooms": reports})
	}
	if len(rooms) == 0 {
		fmt.Fprintln(s.out, "No room has been saved yet. Begin with: rostrum room save NAME --channels floor,fr")
	}
	for _, room := range rooms {
		line := fmt.Sprintf("%-20s  %s", room.Name, strings.Join(entriesOf(room), ","))
		if room.Title != "" {
			line += "  (" + room.Title + ")"
		}
		fmt.Fprintln(s.out, line)
	}
	return nil
}

type roomRemoveCommand struct {
	Name string `arg:"" help:"The room."`
}

func (c *roomRemoveCommand) Run(ctx context.Context, s *streams, log *slog.Logger, set *settings) error {
	p, err := set.open(ctx, log, false)
	if err != nil {
		return err
	}
	defer p.close(false)
	if err := p.Catalogue.Write(ctx, func(tx *catalogue.Tx) error {
		if err := tx.DeleteRoom(ctx, c.Name); err != nil {
			return err
		}
		return tx.Log(ctx, catalogue.Entry{At: time.Now(), Who: who(), Action: "room removed", Subject: c.Name})
	}); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The room %s is removed.\n", c.Name)
	return nil
}
