package catalogue

import (
	"context"
	"strings"

	"rostrum"
)

// Room is how a meeting room is wired: the channel map that its recordings have, saved once and used by name.
type Room struct {
	Name     string // small letters, digits and hyphens
	Title    string // for people; may be empty
	Channels []rostrum.ChannelSaid
}

func scanRoom(r row) (room Room, err error) {
	var entries []string
	if err = r.Scan(&room.Name, &room.Title, asJSON{&entries}); err != nil {
		return room, err
	}
	room.Channels, err = rostrum.ParseChannels(entries)
	return room, err
}

// Room gives the room of a name. NotFound when there is none; the sentence lists the rooms that there are.
func (r reader) Room(ctx context.Context, name string) (Room, error) {
	room, err := one(ctx, r, "", scanRoom, `SELECT name, title, channels FROM rooms WHERE name = $1`, name)
	if rostrum.ErrorCode(err) == rostrum.NotFound {
		return room, r.noRoom(ctx, name)
	}
	return room, err
}

func (r reader) noRoom(ctx context.Context, name string) error {
	rooms, err := r.Rooms(ctx)
	if err != nil {
		return err
	}
	if len(rooms) == 0 {
		return rostrum.Errorf(rostrum.NotFound, "There is no room %q, since none has been saved yet; save it first, as with: rostrum room save NAME --channels floor,fr", name)
	}
	var names []string
	for _, room := range rooms {
		names = append(names, room.Name)
	}
	return rostrum.Errorf(rostrum.NotFound, "There is no room %q; name one of those that are saved: %s.", name, strings.Join(names, ", "))
}

// Rooms lists the rooms by name.
func (r reader) Rooms(ctx context.Context) ([]Room, error) {
	return list(ctx, r, scanRoom, `SELECT name, title, channels FROM rooms ORDER BY name`)
}

// PutRoom saves a room, or replaces the one of the same name. Invalid for a name that is no slug and for a map that
// names no channel.
func (t *Tx) PutRoom(ctx context.Context, room Room) error {
	if rostrum.CheckSlug(room.Name) != nil {
		return rostrum.Errorf(rostrum.Invalid, "%q can't name a room; use small letters, digits and hyphens, like salle-popov.", room.Name)
	}
	var entries []string
	named := false
	for _, c := range room.Channels {
		entries = append(entries, c.String())
		named = named || c.Name != ""
	}
	if !named {
		return rostrum.Errorf(rostrum.Invalid, "The channel map of the room names no channel; write at least the floor, as in --channels floor,fr.")
	}
	_, err := t.exec(ctx, `INSERT INTO rooms (name, title, channels) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET title = excluded.title, channels = excluded.channels`, room.Name, room.Title, encode(entries))
	return err
}

// DeleteRoom forgets a room. What was recorded in it keeps its channels. NotFound as Room gives it.
func (t *Tx) DeleteRoom(ctx context.Context, name string) error {
	n, err := t.exec(ctx, `DELETE FROM rooms WHERE name = $1`, name)
	if err == nil && n == 0 {
		return t.noRoom(ctx, name)
	}
	return err
}
