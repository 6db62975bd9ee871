# aami with promtool and amtool, to be run in a repo:
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/repo" -w /repo aami build --verify strict
ARG NODE=22
ARG DEBIAN=bookworm

FROM node:${NODE}-${DEBIAN}-slim AS build
WORKDIR /aami
COPY package.json package-lock.json .npmrc prepare.js build.js tsconfig.json tsconfig.types.json ./
COPY agent agent
COPY bin bin
COPY docs docs
COPY examples examples
COPY schemas schemas
COPY src src
COPY templates templates
COPY CHANGELOG.md LICENSE README.md ./
# By way of its package, so that the image holds what is published, and no more.
RUN npm ci --include=dev --no-audit --no-fund \
  && npm pack --ignore-scripts --pack-destination /tmp \
  && npm install --global --prefix /opt/aami --no-audit --no-fund /tmp/aami-*.tgz

# The programs alone: the packages would bring the servers.
FROM debian:${DEBIAN}-slim AS tools
WORKDIR /tools
RUN apt-get update \
  && apt-get download prometheus prometheus-alertmanager \
  && for package in *.deb; do dpkg-deb -x "$package" . || exit 1; done

FROM node:${NODE}-${DEBIAN}-slim
# `aami diff` reads its base from git. A mounted repo mostly belongs to another user than the one in here, which git
# would refuse; in here there is no other repo to be careful about.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends git \
  && rm -rf /var/lib/apt/lists/* \
  && git config --system --add safe.directory '*'
COPY --from=tools /tools/usr/bin/promtool /tools/usr/bin/amtool /usr/local/bin/
COPY --from=build /opt/aami /opt/aami
RUN ln -s /opt/aami/bin/aami /usr/local/bin/aami
USER node
WORKDIR /repo
ENTRYPOINT ["aami"]
