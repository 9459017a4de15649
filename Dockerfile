# The registry in a container: docs/registry.md says how to run it, docs/compose.yaml does so with PostgreSQL.
FROM node:24-bookworm-slim AS build
WORKDIR /pointsman
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY schemas schemas
COPY tools tools
COPY src src
# npm brings SQLite for both C libraries of Linux.
RUN node tools/build.js && npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/@libsql/*-musl

FROM node:24-bookworm-slim
ENV NODE_ENV=production
RUN install -d -o node -g node /data
WORKDIR /pointsman
COPY package.json LICENSE ./
COPY --from=build /pointsman/node_modules node_modules
COPY --from=build /pointsman/dist dist
# By number: only so can Kubernetes tell that it is not root. It writes to /data alone.
USER 1000:1000
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/pointsman/dist/cli.cjs"]
CMD ["serve", "--host", "0.0.0.0", "--data", "/data"]
