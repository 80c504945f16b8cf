# Builds an image with the program and ffmpeg.
#
#	docker build -t rostrum .
#	docker run --init --read-only --tmpfs /tmp -v rostrum-data:/data -p 127.0.0.1:8080:8080 rostrum
#
# Everything that is kept lies in /data; the rest of the file system may be read-only. Copies of what
# ffmpeg works on lie in /data as well, never in /tmp, which needs only a few megabytes. --init
# collects the processes that a killed ffmpeg leaves. Containers mostly forbid user namespaces; ffmpeg is then held by Landlock and
# seccomp alone, which "rostrum doctor" tells.

FROM golang:1.26-bookworm AS build
RUN apt-get update \
	&& apt-get install -qy --no-install-recommends nodejs npm \
	&& rm -rf /var/lib/apt/lists/*
WORKDIR /src
# First what seldom changes, so that the downloads are kept from build to build.
COPY go.mod go.sum package.json package-lock.json ./
RUN go mod download
COPY . .
# Without C the program runs on any Linux.
RUN CGO_ENABLED=0 ./scripts/build

FROM debian:bookworm-slim
RUN apt-get update \
	&& apt-get install -qy --no-install-recommends ca-certificates ffmpeg \
	&& rm -rf /var/lib/apt/lists/* \
	&& useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin rostrum \
	&& install -d -o rostrum -g rostrum -m 0700 /data
COPY --from=build /src/bin/rostrum /usr/local/bin/rostrum
COPY LICENSE /usr/share/doc/rostrum/LICENSE
USER rostrum
WORKDIR /data
VOLUME /data
# Inside a container, 127.0.0.1 is reached by nobody; which addresses reach it is said with -p.
ENV ROSTRUM_DATA=/data ROSTRUM_LISTEN=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["rostrum"]
CMD ["serve"]
