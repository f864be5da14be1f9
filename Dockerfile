# Two stages: the first builds dist, the second holds only what runs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No scripts: the devDependency that brings Node itself isn't wanted in an image that is Node.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY build.ts tsconfig.json ./
COPY src src
RUN node_modules/esbuild/bin/esbuild --version && node build.ts
# What is left is what production needs; koffi's binary comes in a platform package and wants no script.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="ringzone" \
      org.opencontainers.image.description="Authoritative DNS server for telephone systems" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production NODE_COMPILE_CACHE=/var/cache/ringzone
WORKDIR /app
COPY package.json LICENSE ./
COPY bin bin
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY deploy/container/ringzone.yaml /etc/ringzone/ringzone.yaml
COPY deploy/container/healthcheck.js deploy/container/
COPY zones /etc/ringzone/zones
RUN install -d -o node -g node /var/lib/ringzone /var/cache/ringzone
USER node
# One start, a question and a stop: what is compiled is kept, so that a container starts quicker, read-only too.
RUN timeout --preserve-status 6 node bin/ringzone.js serve -c /etc/ringzone/ringzone.yaml --listen 127.0.0.1:5353 & \
    sleep 3 && node deploy/container/healthcheck.js && wait
# 5353 needs no privilege, so the image works with every capability dropped and no-new-privileges. Where
# net.ipv4.ip_unprivileged_port_start allows it (Docker's and podman's default), `--listen 0.0.0.0:53` works too, with
# RINGZONE_HEALTH_PORT=53 for the health check.
EXPOSE 5353/udp 5353/tcp
VOLUME ["/var/lib/ringzone"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["node", "deploy/container/healthcheck.js"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/ringzone.js"]
CMD ["serve", "-c", "/etc/ringzone/ringzone.yaml"]
