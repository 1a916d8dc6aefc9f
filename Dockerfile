# Letterdesk in one image: `docker run -p 8080:8080 -v letterdesk:/data letterdesk`.
# `npm run image:prove` carries out these steps without an engine.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has its own Node; the one npm brings for hosts with an older Node is dropped.
RUN npm ci && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY tsconfig.json ./
COPY config ./config
COPY src ./src
COPY migrations ./migrations
COPY templates ./templates
RUN node src/start.mjs build-web
# TypeScript stays as an optional peer of two packages; nothing that runs uses it.
RUN npm prune --omit=dev && rm -rf node_modules/typescript node_modules/@typescript node_modules/node-linux-* node_modules/.bin/node

FROM node:24-slim
RUN groupadd --gid 10001 letterdesk && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data letterdesk && mkdir --mode 0700 /data && chown 10001:10001 /data
WORKDIR /app
COPY --from=build /app ./
# For `docker exec CONTAINER letterdesk …`, as the docs and the messages have it.
RUN ln -s /app/src/start.mjs /usr/local/bin/letterdesk
ENV NODE_ENV=production DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["node", "/app/src/start.mjs", "check-health"]
ENTRYPOINT ["node", "/app/src/start.mjs"]
CMD ["serve"]
