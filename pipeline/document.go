package pipeline

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/mail"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum"
	"rostrum/storage/catalogue"
)

// LargestDocument is the most bytes that a document attached to a decision may have.
const LargestDocument = 20 << 20

// KeepDocument stores a document, such as a signed form, for a decision that is recorded afterwards. Its type is told by its content:
// PDF, a picture, an e-mail, plain text or a Word document; Invalid for all else. Whoever fails to record the decision forgets it
// again by DropDocument.
func (p *Pipeline) KeepDocument(ctx context.Context, name string, content io.Reader) (*rostrum.Document, error) {
	data, err := io.ReadAll(io.LimitReader(content, LargestDocument+1))
	switch {
	case err != nil:
		return nil, rostrum.Errorf(rostrum.Invalid, "The document did not arrive whole; please send it again.").Because(err)
	case len(data) > LargestDocument:
		return nil, rostrum.Errorf(rostrum.TooLarge, "The document has more than %d MB; send a smaller scan.", LargestDocument>>20)
	case len(data) == 0:
		return nil, rostrum.Errorf(rostrum.Invalid, "The document is empty; choose another file.")
	}
	kind := documentType(data)
	if kind == "" {
		return nil, rostrum.Errorf(rostrum.Invalid, "%q is none of the documents that can be attached; use PDF, a picture, an e-mail, plain text or Word (.docx).", fileName(name))
	}
	d := &rostrum.Document{Name: fileName(name), Type: kind, Object: "documents/" + catalogue.NewID(), Bytes: int64(len(data)), SHA256: digestOf(data)}
	_, err = p.Store.Put(ctx, d.Object, bytes.NewReader(data), d.Bytes)
	return d, err
}

// DropDocument deletes a document that belongs to no decision. A failure leaves what nobody can reach, and is only logged.
func (p *Pipeline) DropDocument(ctx context.Context, d *rostrum.Document) {
	if d == nil {
		return
	}
	if err := p.Store.Delete(context.WithoutCancel(ctx), d.Object); err != nil {
		p.Log.Warn("a document that is not used was not deleted", "object", d.Object, "error", err)
	}
}

// Document opens the document that was attached to a consent, and describes it; NotFound without one. The caller closes it.
func (p *Pipeline) Document(ctx context.Context, id rostrum.InterventionID, consent int) (*rostrum.Document, io.ReadSeekCloser, error) {
	c, err := p.Catalogue.Consent(ctx, id, consent)
	if err != nil {
		return nil, nil, err
	}
	if c.Document == nil {
		return nil, nil, rostrum.Errorf(rostrum.NotFound, "No document was attached to that consent.")
	}
	o, err := p.Store.Open(ctx, c.Document.Object)
	if err != nil {
		return nil, nil, err
	}
	return c.Document, o.ReadSeekCloser, nil
}

// fileName is a name for people: without folders, control characters or marks that turn the text round, at most 120 characters.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name))
	if r := []rune(name); len(r) > 120 {
		name = string(r[len(r)-120:])
	}
	if strings.Trim(name, "./") == "" {
		return "document"
	}
	return name
}

// documentType tells the media type of a document by its content; "" for what can't be attached.
func documentType(data []byte) string {
	for _, known := range []struct{ at, magic, kind string }{
		{"", "%PDF-", "application/pdf"}, {"", "\x89PNG\r\n\x1a\n", "image/png"}, {"", "\xff\xd8\xff", "image/jpeg"},
		{"", "GIF87a", "image/gif"}, {"", "GIF89a", "image/gif"}, {"", "II*\x00", "image/tiff"}, {"", "MM\x00*", "image/tiff"},
		{"RIFF????", "WEBP", "image/webp"}, {"????", "ftypheic", "image/heic"}, {"????", "ftypmif1", "image/heic"},
	} {
		if n := len(known.at); len(data) > n && bytes.HasPrefix(data[n:], []byte(known.magic)) && (n < 5 || bytes.HasPrefix(data, []byte(known.at[:4]))) {
			return known.kind
		}
	}
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		if word(data) {
			return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		}
		return ""
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) && bytes.Contains(data, utf16("__substg1.0_")):
		return "application/vnd.ms-outlook"
	case !utf8.Valid(data) || bytes.ContainsFunc(data, func(r rune) bool { return r == 0 || unicode.IsControl(r) && !unicode.IsSpace(r) }):
		return ""
	}
	if m, err := mail.ReadMessage(bytes.NewReader(data)); err == nil && m.Header.Get("From") != "" && m.Header.Get("Date") != "" {
		return "message/rfc822"
	}
	return "text/plain; charset=utf-8"
}

func word(data []byte) bool {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	return err == nil && slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "word/document.xml" })
}

func utf16(s string) []byte {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r), 0)
	}
	return b
}
