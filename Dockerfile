# syntax=docker/dockerfile:1

# Both stages are of one base. To pin it further than by tag: --build-arg NODE=22.20.0-bookworm-slim@sha256:…
ARG NODE=22.20.0-bookworm-slim

FROM node:${NODE} AS build
WORKDIR /app
# Compiles zlib-sync; only what it makes goes into the image that runs. The base's tag says which Debian release.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
# No package's own scripts run but that of the one that allowScripts names.
RUN npm ci --no-audit --no-fund --ignore-scripts && npm rebuild --ignore-scripts=false zlib-sync
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund --ignore-scripts

FROM node:${NODE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="keytrail" \
  org.opencontainers.image.description="Answers from AWS logs what a leaked credential did, and contains it" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
# What runs needs Node, and no package manager.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /opt/yarn-* /usr/local/bin/yarn /usr/local/bin/yarnpkg
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY LICENSE ./
COPY ingest ./ingest
COPY queries ./queries
COPY dashboards ./dashboards
RUN ln -s /app/dist/cli/main.js /usr/local/bin/keytrail \
  && chmod +x /app/dist/cli/main.js \
  && install -d -o 1000 -g 1000 /data
# The base's user `node`, by number: Kubernetes sees that it is not root. Only /data is written.
USER 1000:1000
WORKDIR /data
VOLUME /data
# Alive is what says so at the port where the deployments under ingest/deploy have their metrics; a run that serves none
# lives for as long as its process.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(0))"]
ENTRYPOINT ["keytrail"]
CMD ["--help"]
