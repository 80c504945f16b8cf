package catalogue

import (
	"context"
	"strings"

	"rostrum"
)

// PutTopic adds or changes a topic and its aliases.
func (t *Tx) PutTopic(ctx context.Context, topic rostrum.Topic) error {
	if err := rostrum.CheckSlug(topic.Slug); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `INSERT INTO topics (slug, title) VALUES ($1, $2) ON CONFLICT (slug) DO UPDATE SET title = excluded.title`, topic.Slug, encode(topic.Title)); err != nil {
		return err
	}
	return t.replaceList(ctx, "topic_aliases", "topic", "alias", topic.Slug, topic.Aliases)
}

// replaceList makes values the whole list of an owner's rows. The names are of this package, never from outside.
func (t *Tx) replaceList(ctx context.Context, table, owner, column, key string, values []string) error {
	if _, err := t.exec(ctx, `DELETE FROM `+table+` WHERE `+owner+` = $1`, key); err != nil {
		return err
	}
	for _, v := range values {
		if _, err := t.exec(ctx, `INSERT INTO `+table+` (`+owner+`, `+column+`) VALUES ($1, $2) ON CONFLICT DO NOTHING`, key, v); err != nil {
			return err
		}
	}
	return nil
}

// Topics lists the topics by slug, with their aliases.
func (r reader) Topics(ctx context.Context) ([]rostrum.Topic, error) {
	aliases, err := r.lists(ctx, `SELECT topic, alias FROM topic_aliases ORDER BY topic, alias`)
	if err != nil {
		return nil, err
	}
	return list(ctx, r, func(r row) (t rostrum.Topic, err error) {
		err = r.Scan(&t.Slug, asJSON{&t.Title})
		t.Aliases = aliases[t.Slug]
		return t, err
	}, `SELECT slug, title FROM topics ORDER BY slug`)
}

func (r reader) lists(ctx context.Context, query string) (map[string][]string, error) {
	all := map[string][]string{}
	_, err := list(ctx, r, func(r row) (struct{}, error) {
		var k, v string
		err := r.Scan(&k, &v)
		all[k] = append(all[k], v)
		return struct{}{}, err
	}, query)
	return all, err
}

// TopicNamed finds the topic whose slug, title in any language, or alias is name, without regard to case: "5G" finds
// IMT-2020. NotFound when there is none.
func (r reader) TopicNamed(ctx context.Context, name string) (rostrum.Topic, error) {
	topics, err := r.Topics(ctx)
	if err != nil {
		return rostrum.Topic{}, err
	}
	for _, t := range topics {
		if strings.EqualFold(t.Slug, name) {
			return t, nil
		}
		for _, title := range t.Title {
			if strings.EqualFold(title, name) {
				return t, nil
			}
		}
		for _, alias := range t.Aliases {
			if strings.EqualFold(alias, name) {
				return t, nil
			}
		}
	}
	return rostrum.Topic{}, rostrum.Errorf(rostrum.NotFound, "There is no topic named %q.", name)
}

// PutOrganisation adds or changes an organisation and its regions.
func (t *Tx) PutOrganisation(ctx context.Context, o rostrum.Organisation) error {
	if err := rostrum.CheckSlug(o.Slug); err != nil {
		return err
	}
	if _, err := t.exec(ctx, `INSERT INTO organisations (slug, name, kind, country, website) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (slug) DO UPDATE SET name = excluded.name, kind = excluded.kind, country = excluded.country, website = excluded.website`,
		o.Slug, encode(o.Name), o.Kind, o.Country, o.Website); err != nil {
		return err
	}
	return t.replaceList(ctx, "organisation_regions", "organisation", "region", o.Slug, o.Regions)
}

// Organisations lists the organisations by slug, with their regions.
func (r reader) Organisations(ctx context.Context) ([]rostrum.Organisation, error) {
	regions, err := r.lists(ctx, `SELECT organisation, region FROM organisation_regions ORDER BY organisation, region`)
	if err != nil {
		return nil, err
	}
	return list(ctx, r, func(r row) (o rostrum.Organisation, err error) {
		err = r.Scan(&o.Slug, asJSON{&o.Name}, &o.Kind, &o.Country, &o.Website)
		o.Regions = regions[o.Slug]
		return o, err
	}, `SELECT slug, name, kind, country, website FROM organisations ORDER BY slug`)
}

// PutPerson adds or changes a person.
func (t *Tx) PutPerson(ctx context.Context, p rostrum.Person) error {
	if err := rostrum.CheckSlug(p.Slug); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO persons (slug, name, function, organisation) VALUES ($1, $2, $3, $4)
		ON CONFLICT (slug) DO UPDATE SET name = excluded.name, function = excluded.function, organisation = excluded.organisation`,
		p.Slug, p.Name, p.Function, p.Organisation)
	return err
}

// Persons lists the persons by slug.
func (r reader) Persons(ctx context.Context) ([]rostrum.Person, error) {
	return list(ctx, r, func(r row) (p rostrum.Person, err error) {
		err = r.Scan(&p.Slug, &p.Name, &p.Function, &p.Organisation)
		return p, err
	}, `SELECT slug, name, function, organisation FROM persons ORDER BY slug`)
}

// PutPartner adds or changes a partner.
func (t *Tx) PutPartner(ctx context.Context, p rostrum.Partner) error {
	if err := rostrum.CheckSlug(p.Slug); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO partners (slug, organisation, name, languages, origins, contact) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (slug) DO UPDATE SET organisation = excluded.organisation, name = excluded.name, languages = excluded.languages,
			origins = excluded.origins, contact = excluded.contact`,
		p.Slug, p.Organisation, encode(p.Name), encode(p.Languages), encode(p.Origins), p.Contact)
	return err
}

// Partners lists the partners by slug.
func (r reader) Partners(ctx context.Context) ([]rostrum.Partner, error) {
	return list(ctx, r, func(r row) (p rostrum.Partner, err error) {
		err = r.Scan(&p.Slug, &p.Organisation, asJSON{&p.Name}, asJSON{&p.Languages}, asJSON{&p.Origins}, &p.Contact)
		return p, err
	}, `SELECT slug, organisation, name, languages, origins, contact FROM partners ORDER BY slug`)
}

// PutShare records a link given to a partner, or its new expiry or revocation.
func (t *Tx) PutShare(ctx context.Context, s rostrum.Share) error {
	_, err := t.exec(ctx, `INSERT INTO shares (id, partner, intervention, created, expires, revoked) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET expires = excluded.expires, revoked = excluded.revoked`,
		s.ID, s.Partner, s.Intervention, instant(s.Created), instant(s.Expires), instant(s.Revoked))
	return err
}

// Shares lists the links given for an intervention, oldest first.
func (r reader) Shares(ctx context.Context, id rostrum.InterventionID) ([]rostrum.Share, error) {
	return list(ctx, r, func(r row) (s rostrum.Share, err error) {
		err = r.Scan(&s.ID, &s.Partner, &s.Intervention, asTime{&s.Created}, asTime{&s.Expires}, asTime{&s.Revoked})
		return s, err
	}, `SELECT id, partner, intervention, created, expires, revoked FROM shares WHERE intervention = $1 ORDER BY created, id`, id)
}
