# Two stages: the first builds, the second holds only what runs, and runs nothing while it is made: a base without a shell will do.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No scripts: the devDependency that brings Node itself isn't wanted in an image that is Node.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY build.ts tsconfig.json ./
COPY bin bin
COPY src src
RUN node build.ts
COPY deploy/container deploy/container
COPY deploy/container/ringzone.yaml /etc/ringzone/ringzone.yaml
COPY zones /etc/ringzone/zones
# What production needs, without what is in the bundles already; then one start, whose compiled code is kept: a container
# starts quicker, read-only too.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund && node deploy/container/slim.js
RUN NODE_COMPILE_CACHE=/var/cache/ringzone node deploy/container/warm-up.js

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="ringzone" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.description="Authoritative DNS server for telephone systems" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:24-bookworm-slim"
ENV NODE_ENV=production NODE_COMPILE_CACHE=/var/cache/ringzone
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY deploy/container/healthcheck.js deploy/container/
COPY --from=build /app/dist dist
# Root's, for everybody to read: V8 believes what it finds there.
COPY --from=build /var/cache/ringzone /var/cache/ringzone
COPY --from=build /etc/ringzone /etc/ringzone
COPY --from=build --chown=1000:1000 /data/ /var/lib/
# The base's user `node`, by number: Kubernetes (runAsNonRoot) believes no name.
USER 1000:1000
# 5353 needs no privilege, so the image works with every capability dropped and no-new-privileges. docs/containers.md has how it
# listens on 53 itself.
EXPOSE 5353/udp 5353/tcp
VOLUME ["/var/lib/ringzone"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["node", "deploy/container/healthcheck.js"]
STOPSIGNAL SIGTERM
# docs/adr/0028-young-generation.md: 100 MB less after some hours.
ENTRYPOINT ["node", "--max-semi-space-size=8", "bin/ringzone.js"]
CMD ["serve", "-c", "/etc/ringzone/ringzone.yaml"]
