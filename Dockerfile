# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json tsconfig.json tsconfig.build.json rolldown.config.js ./
COPY scripts ./scripts
COPY src ./src
COPY jobs ./jobs
# The tools that build it, a Node of their own among them, stay behind.
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
