# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /app
# better-sqlite3 is compiled where no prebuilt binary can be had.
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json tsconfig.json tsconfig.build.json rolldown.config.js ./
COPY src ./src
COPY jobs ./jobs
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/app ./dist/app
# Files and ledger live where the user mounts them: docker run --rm -v "$PWD:/data" … file.csv
RUN mkdir /data && chown node:node /data
USER node
WORKDIR /data
ENTRYPOINT ["node", "--max-old-space-size=1024", "--", "/app/dist/app/bin/cli.js"]
CMD ["--help"]
