# syntax=docker/dockerfile:1
FROM node:22.20.0-bookworm-slim AS build
WORKDIR /app
# Compiles zlib-sync; only what it makes goes into the image that runs.
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:22.20.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY ingest ./ingest
COPY queries ./queries
COPY dashboards ./dashboards
RUN ln -s /app/dist/cli/main.js /usr/local/bin/keytrail \
  && chmod +x /app/dist/cli/main.js \
  && mkdir /data \
  && chown node:node /data
USER node
WORKDIR /data
VOLUME /data
ENTRYPOINT ["keytrail"]
CMD ["--help"]
