# Builds Grandstand with the same script as everywhere else, and ships one binary and the built pages:
#   docker build -t grandstand .
#   docker run -p 8080:8080/tcp -p 8443:8443/udp -v grandstand-data:/data grandstand
# docs/operating.md says what the ports, the volume and the certificates are for.

FROM debian:trixie-slim AS build
WORKDIR /source
# Packages first: this layer stays as long as the package list does. The sources of the image are the
# mirrors that ./gs uses.
COPY gs CMakePresets.json ./
COPY tools/gs tools/gs
COPY web/package.json web/package-lock.json web/
RUN ./gs setup build wasm web
COPY . .
RUN ./gs build release grandstand \
    && install -D build/release/grandstand /out/grandstand \
    && objcopy --strip-debug /out/grandstand \
    && cp -r build/web /out/web \
    && ldd /out/grandstand | awk '/=> \//{print $3}' | xargs realpath | xargs dpkg -S \
        | cut -d: -f1 | sort -u > /out/packages

FROM debian:trixie-slim
# The libraries the binary is linked with, by the list that the build wrote; no compiler comes along.
RUN --mount=type=bind,from=build,source=/out/packages,target=/packages \
    apt-get update \
    && xargs -a /packages apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin grandstand \
    && install -d -o grandstand -g grandstand /data
COPY --from=build /out/grandstand /usr/local/bin/grandstand
COPY --from=build /out/web /usr/local/share/grandstand/web
USER grandstand
WORKDIR /data
VOLUME /data
EXPOSE 8080/tcp 8443/udp
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["grandstand", "healthcheck", "--public", "--data", "/data"]
ENTRYPOINT ["grandstand", "serve"]
CMD ["--public", "--data", "/data"]
