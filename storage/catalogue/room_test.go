package catalogue

import (
	"strings"
	"testing"

	"rostrum"
)

func sampleRoom(t *testing.T, name string, entries ...string) Room {
	t.Helper()
	said, err := rostrum.ParseChannels(entries)
	if err != nil {
		t.Fatal(err)
	}
	return Room{Name: name, Title: "Salle " + name, Channels: said}
}

func TestRooms(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		ctx := t.Context()
		if _, err := c.Room(ctx, "popov"); rostrum.ErrorCode(err) != rostrum.NotFound || !strings.Contains(err.Error(), "none has been saved") {
			t.Errorf("without any room: %v", err)
		}
		popov := sampleRoom(t, "popov", "floor", "-", "fr=2.1", "ar=2.3+4", "zh-Hant")
		baku := sampleRoom(t, "baku", "en")
		write(t, c, func(tx *Tx) error { return tx.PutRoom(ctx, popov) })
		write(t, c, func(tx *Tx) error { return tx.PutRoom(ctx, baku) })
		got, err := c.Room(ctx, "popov")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "room", got, popov)

		popov.Title, popov.Channels = "", sampleRoom(t, "x", "floor=3").Channels
		write(t, c, func(tx *Tx) error { return tx.PutRoom(ctx, popov) })
		all, err := c.Rooms(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "rooms", all, []Room{baku, popov})

		_, err = c.Room(ctx, "popoff")
		wantCode(t, "another name", err, rostrum.NotFound)
		if message := rostrum.ErrorMessage(err); !strings.Contains(message, "baku, popov") {
			t.Errorf("%q does not list the rooms", message)
		}
		wantCode(t, "removing another", c.Write(ctx, func(tx *Tx) error { return tx.DeleteRoom(ctx, "popoff") }), rostrum.NotFound)
		write(t, c, func(tx *Tx) error { return tx.DeleteRoom(ctx, "baku") })
		if all, _ = c.Rooms(ctx); len(all) != 1 || all[0].Name != "popov" {
			t.Errorf("after removing one: %+v", all)
		}
	})
}

func TestRoomsThatCannotBe(t *testing.T) {
	onEmpty(t, func(t *testing.T, c *Catalogue) {
		for _, room := range []Room{
			sampleRoom(t, "Salle Popov", "floor"),
			sampleRoom(t, "", "floor"),
			sampleRoom(t, "empty"),
			sampleRoom(t, "nothing-taken", "-", "-"),
		} {
			wantCode(t, room.Name, c.Write(t.Context(), func(tx *Tx) error { return tx.PutRoom(t.Context(), room) }), rostrum.Invalid)
		}
		if all, err := c.Rooms(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("saved %+v, %v", all, err)
		}
	})
}
