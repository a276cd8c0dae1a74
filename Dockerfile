# One image for all of the cluster's own processes: secrets, database set-up, instance, balancer.
FROM node:24-bookworm-slim AS manifest
WORKDIR /app
COPY package.json package-lock.json ./

FROM manifest AS build
# No package's install script is needed, so none is run.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY services services
COPY balancer balancer
COPY scripts/bundle.mjs scripts/
RUN node_modules/.bin/tsc -p tsconfig.json && node scripts/bundle.mjs

FROM manifest AS production
# What the processes' bundles do not hold: a compiled library, and what the console's page loads. Versions are those of the lock file.
RUN node -e "const { dependencies, ...rest } = require('./package.json'); \
    const kept = ['argon2', 'preact', 'uplot'].map((name) => [name, dependencies[name]]); \
    fs.writeFileSync('package.json', JSON.stringify({ ...rest, dependencies: Object.fromEntries(kept) }))" \
  && npm install --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# A new volume takes over the owner of the directory that it is mounted on: docker-compose.yml has a volume for each reader.
RUN install -d -o node -g node /all-secrets/app /all-secrets/balancer /all-secrets/database \
    /all-secrets/database-setup /all-secrets/console
RUN install -d -m 700 -o node -g node /sessions
COPY --from=production /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
USER node
CMD ["node", "dist/services/app/server.js"]
