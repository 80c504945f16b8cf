package objects

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rostrum"
)

// Open opens the store that the storage setting names:
//
//	(empty)                     the folder defaultFolder
//	/path or file:///path       that folder
//	s3://bucket/prefix?...      a bucket of an S3 service; everything goes below the prefix, if any
//
// The parameters after the question mark, all of them optional:
//
//	endpoint    address of the service, as http://127.0.0.1:7070; without it, Amazon's
//	region      its region; without it the one of the AWS environment, or else us-east-1
//	path_style  true: the bucket is part of the path; false: of the host name. Without it, true when
//	            there is an endpoint: private services seldom have a host name for each bucket
//	checksum    when_required or when_supported: whether to send, and to check, the checksums that
//	            came to S3 in 2024. Many services refuse them, so it is when_required without it
//	cache       the folder for copies on this machine; without it, .cache in defaultFolder
//	cache_gb    how many 10⁹ bytes of copies that nobody uses are kept there; 100 without it. A
//	            worker needs room for the recordings it works on beyond that
//
// The access key comes from the environment as the AWS programs have it (AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY, a profile, or the role of the machine), and never from the setting, which
// is shown in logs.
//
// A folder is made when it is absent. No request is sent to a bucket: call Check for that. A setting
// that cannot be right is refused with Invalid.
func Open(ctx context.Context, setting, defaultFolder string) (Store, error) {
	kind, _, hasKind := strings.Cut(setting, "://")
	switch {
	case setting == "":
		return OpenFolder(defaultFolder)
	case !hasKind:
		return OpenFolder(setting)
	case kind == "file":
		u, err := url.Parse(setting)
		if err != nil || u.Host != "" || u.Path == "" || u.RawQuery != "" {
			return nil, rostrum.Errorf(rostrum.Invalid, "The storage setting is no folder; write file:/// and then the full path of the folder.").Because(err)
		}
		return OpenFolder(filepath.FromSlash(u.Path))
	case kind == "s3":
		bucket, err := parseBucket(setting, defaultFolder)
		if err != nil {
			return nil, err
		}
		return openS3(ctx, bucket)
	default:
		return nil, rostrum.Errorf(rostrum.Invalid, "The storage setting begins with %q, which is not known; give the path of a folder, or s3:// and a bucket.", kind+"://")
	}
}

// bucketSetting is an s3:// setting, understood.
type bucketSetting struct {
	bucket    string
	prefix    string // "" or segments without a slash at the end
	endpoint  string
	region    string
	pathStyle bool
	checksums bool // send and check them wherever the service could
	cache     string
	budget    int64 // bytes
}

func parseBucket(setting, defaultFolder string) (bucketSetting, error) {
	u, err := url.Parse(setting)
	if err != nil || u.Host == "" || u.Port() != "" || u.Fragment != "" {
		return bucketSetting{}, rostrum.Errorf(rostrum.Invalid, "The storage setting is no bucket; write s3://, the name of the bucket, and perhaps a prefix and parameters after it.")
	}
	if u.User != nil {
		return bucketSetting{}, rostrum.Errorf(rostrum.Invalid, "The storage setting holds an access key; take it out and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead, because settings are shown in logs.")
	}
	b := bucketSetting{
		bucket: u.Host,
		prefix: strings.Trim(u.Path, "/"),
		cache:  filepath.Join(defaultFolder, cacheName),
		budget: 100e9,
	}
	if b.prefix != "" {
		if err := checkKey(b.prefix); err != nil {
			return bucketSetting{}, err
		}
	}
	given, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return bucketSetting{}, rostrum.Errorf(rostrum.Invalid, "The parameters of the storage setting cannot be read; write name=value, with & between them.").Because(err)
	}
	b.pathStyle = given.Get("endpoint") != ""
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if err := b.set(name, given.Get(name)); err != nil {
			return bucketSetting{}, err
		}
	}
	return b, nil
}

func (b *bucketSetting) set(name, value string) error {
	wrong := func(want string) error {
		return rostrum.Errorf(rostrum.Invalid, "The parameter %s of the storage setting cannot be %q; it must be %s.", name, value, want)
	}
	switch name {
	case "endpoint":
		u, err := url.Parse(value)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
			return wrong("an address that begins with http:// or https://")
		}
		b.endpoint = value
	case "region":
		b.region = value
	case "path_style":
		on, err := strconv.ParseBool(value)
		if err != nil {
			return wrong("true or false")
		}
		b.pathStyle = on
	case "checksum":
		if value != "when_required" && value != "when_supported" {
			return wrong("when_required or when_supported")
		}
		b.checksums = value == "when_supported"
	case "cache":
		if value == "" {
			return wrong("the path of a folder")
		}
		b.cache = value
	case "cache_gb":
		gigabytes, err := strconv.ParseUint(value, 10, 32)
		if err != nil {
			return wrong("a whole number")
		}
		b.budget = int64(gigabytes) * 1e9
	default:
		return rostrum.Errorf(rostrum.Invalid, "The storage setting has no parameter %q; it knows endpoint, region, path_style, checksum, cache and cache_gb.", name)
	}
	return nil
}

// String is the setting as it may be logged.
func (b bucketSetting) String() string {
	return fmt.Sprintf("s3://%s/%s", b.bucket, b.prefix)
}
