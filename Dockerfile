# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Without scripts: the image has its Node already, and nothing is compiled.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json rolldown.config.js ./
COPY src ./src
COPY jobs ./jobs
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/app ./dist/app
# Files and ledger live where the user mounts them: docker run --rm -v "$PWD:/data" … file.csv
RUN mkdir /data && chown node:node /data
# Under this name the program prints the commands to type next.
RUN ln -s /app/dist/app/bin/cli.js /usr/local/bin/yeastar-batch
USER node
WORKDIR /data
ENTRYPOINT ["node", "--max-old-space-size=1024", "--max-semi-space-size=16", "--", "/usr/local/bin/yeastar-batch"]
CMD ["--help"]
