package media

import "strings"

// The containers and decoders that a file from outside may use. Playlists and scripts (HLS, DASH,
// concat) are left out because they open other files; decoders that no camera, recorder or
// conference system writes are left out because they are where memory errors are found.
const containers = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,mxf,wav,mp3,flac,ogg,aac,asf,flv,dv"

func decoders() string {
	return strings.Join([]string{
		"h264", "hevc", "mpeg1video", "mpeg2video", "mpegvideo", "mpeg4", "h263", "flv", "msmpeg4", "msmpeg4v2",
		"vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "vp6f", "theora", "wmv1", "wmv2", "wmv3", "vc1",
		"prores", "dnxhd", "cfhd", "dvvideo", "ffv1", "huffyuv", "ffvhuff", "utvideo", "rawvideo", "v210", "v410", "r210", "qtrle",
		"mjpeg", "png", "bmp", "jpeg2000", "ttf", "otf", // covers, fonts and stills that ride along
		"aac", "aac_latm", "ac3", "eac3", "mp2", "mp2float", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis",
		"flac", "alac", "wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice", "dca", "truehd", "mlp", "s302m",
		"amrnb", "amrwb", "speex", "libspeex", "nellymoser", "gsm_ms", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_swf",
		"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_u8", "pcm_s8",
		"pcm_alaw", "pcm_mulaw", "pcm_bluray", "pcm_dvd",
		"mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "dvbsub", "dvdsub", "pgssub", "cc_dec", "text",
	}, ",")
}

// limits are the options that stand before every input, for ffmpeg and ffprobe alike.
func limits() []string {
	return []string{
		"-protocol_whitelist", "file,pipe",
		"-format_whitelist", containers,
		"-codec_whitelist", decoders(),
		"-max_streams", "64", "-max_pixels", "40000000",
		// One block of memory. The index of 12 hours at 60 pictures a second takes 62 MB.
		"-max_alloc", "134217728",
		"-probesize", "20000000", "-analyzeduration", "10000000",
	}
}

// Input gives the arguments that open the file at path, whatever it holds. Options for the input
// (a seek) go before it. Damage is told by what is missing in the end, not by ffmpeg's own count of errors, which
// would stop it.
func Input(path string) []string {
	return append(limits(), "-max_error_rate", "1", "-i", "file:"+path)
}
