# docker build -t ocipe . builds an image of the server without PostgreSQL: set OCIPE_DATABASE_URL, as deploy/compose.yaml does.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /ocipe .

FROM debian:bookworm-slim
RUN apt-get update \
	&& apt-get install -y --no-install-recommends ca-certificates \
	&& rm -rf /var/lib/apt/lists/* \
	&& groupadd --gid 10001 ocipe \
	&& useradd --uid 10001 --gid 10001 --home-dir /var/lib/ocipe --no-create-home --shell /usr/sbin/nologin ocipe \
	&& install -d -m 0750 -o ocipe -g ocipe /var/lib/ocipe
COPY --from=build /ocipe /usr/bin/ocipe
COPY LICENSE /usr/share/doc/ocipe/copyright
USER 10001:10001
ENV OCIPE_ADDR=:8080 OCIPE_DATA_DIR=/var/lib/ocipe
# The keys. The rest of the file system may be read-only, except /tmp for exports and imports.
VOLUME /var/lib/ocipe
WORKDIR /var/lib/ocipe
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/usr/bin/ocipe", "healthcheck"]
ENTRYPOINT ["/usr/bin/ocipe"]
CMD ["serve"]
