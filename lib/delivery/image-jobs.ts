/** The jobs that build and push images. */
import { PLATFORMS } from "../hermes/wrapper-contents";
import { buildPush, isGhcr, login, right, type Step, setupBuildx } from "./actions";
import { type CiImage, registryOf, shortName } from "./ci-images";
import { script } from "./rendered";

/** Runners whose processor is the platform's, since emulation takes many times as long. */
const RUNNERS = { "linux/amd64": "ubuntu-24.04", "linux/arm64": "ubuntu-24.04-arm" } as const;

/** Where a job finds the name and the build context of the images that it builds. */
export interface ImageSource {
  /** Steps before the image's own. */
  readonly steps: readonly Step[];
  /** One entry for each image: how a step learns its name and context. */
  readonly images: readonly CiImage[];
  /** Step that sets the outputs `name`, `repository` and `context`. */
  readonly facts: Step;
  /** What that step needs of each image, in the matrix. */
  readonly entry: (image: CiImage) => object;
}

/** One build for each image and platform. */
function buildMatrix({ images, entry }: ImageSource): object {
  return {
    "fail-fast": false,
    matrix: {
      include: images.flatMap((image) =>
        image.platforms.map((platform) => ({
          ...matrixOf(image),
          ...entry(image),
          platform,
          arch: PLATFORMS[platform],
          runner: RUNNERS[platform],
        })),
      ),
    },
  };
}

/** One job for each image. */
function imageMatrix({ images, entry }: ImageSource): object {
  return {
    "fail-fast": false,
    matrix: {
      include: images.map((image) => ({
        ...matrixOf(image),
        ...entry(image),
        archs: image.platforms.map((platform) => PLATFORMS[platform]).join(" "),
      })),
    },
  };
}

function matrixOf(image: CiImage) {
  return { image: image.path, registry: registryOf(image), cache: shortName(image) };
}

/** A job for pull requests: it has no secret, and pushes nothing. */
export function tryJob(source: ImageSource): object {
  const { steps, facts } = source;
  return {
    name: "Build without push",
    if: "github.event_name == 'pull_request'",
    "runs-on": "${{ matrix.runner }}",
    "timeout-minutes": 60,
    strategy: buildMatrix(source),
    // A newer push to the pull request takes its place.
    concurrency: {
      group: "hermes-try-${{ github.ref }}-${{ matrix.image }}-${{ matrix.arch }}",
      "cancel-in-progress": true,
    },
    permissions: { contents: "read" },
    steps: [...steps, facts, setupBuildx(), buildPush({ ...build(), push: false, "cache-from": cache() })],
  };
}

export function buildJob(source: ImageSource, more: object): object {
  const { steps, facts } = source;
  return {
    name: "Build and push",
    ...more,
    "runs-on": "${{ matrix.runner }}",
    "timeout-minutes": 60,
    strategy: buildMatrix(source),
    ...pushes(source),
    steps: [
      ...steps,
      facts,
      setupBuildx(),
      login(source.images.map(registryOf)),
      isBuilt(),
      buildPush(
        {
          ...build(),
          push: true,
          tags: "${{ steps.image.outputs.name }}-${{ matrix.arch }}",
          labels: [
            "org.opencontainers.image.source=${{ github.server_url }}/${{ github.repository }}",
            "org.opencontainers.image.revision=${{ github.sha }}",
            "",
          ].join("\n"),
          provenance: "mode=min",
          "cache-from": cache(),
          "cache-to": `${cache()},mode=max`,
        },
        { if: "steps.there.outputs.built == 'false'" },
      ),
    ],
  };
}

/** Makes one image of those of the platforms, under its names. */
export function nameJob(source: ImageSource, more: object): object {
  const { steps, facts } = source;
  return {
    name: "Name the image",
    ...more,
    "runs-on": "ubuntu-24.04",
    "timeout-minutes": 15,
    strategy: imageMatrix(source),
    ...pushes(source),
    steps: [
      ...steps,
      facts,
      setupBuildx(),
      login(source.images.map(registryOf)),
      {
        name: "Name the image by its context, by the commit, and as latest",
        env: { ...imageEnvironment(), ARCHS: "${{ matrix.archs }}" },
        run: NAME_IMAGE,
      },
    ],
  };
}

/** What a job needs that pushes. An account of one's own is a secret of the environment. */
const pushes = ({ images }: ImageSource) => ({
  permissions: { contents: "read", packages: right("write", "pushes the image to GHCR") },
  ...(!images.map(registryOf).every(isGhcr) && { environment: "hermes" }),
});

const build = () => ({ context: "${{ steps.image.outputs.context }}", platforms: "${{ matrix.platform }}" });
const cache = () => "type=gha,scope=${{ matrix.cache }}-${{ matrix.arch }}";

const imageEnvironment = () => ({
  NAME: "${{ steps.image.outputs.name }}",
  REPOSITORY: "${{ steps.image.outputs.repository }}",
});

const isBuilt = (): Step => ({
  name: "Is this context built already?",
  id: "there",
  env: { NAME: "${{ steps.image.outputs.name }}" },
  run: IS_BUILT,
});

const IS_BUILT = script(`
  if docker buildx imagetools inspect "$NAME" > /dev/null; then built=true; else built=false; fi
  echo "built=$built" >> "$GITHUB_OUTPUT"
`);

const NAME_IMAGE = script(`
  if docker buildx imagetools inspect "$NAME" > /dev/null; then
    sources=("$NAME")
  else
    sources=()
    for arch in $ARCHS; do sources+=("$NAME-$arch"); done
  fi
  docker buildx imagetools create --tag "$NAME" --tag "$REPOSITORY:sha-$GITHUB_SHA" --tag "$REPOSITORY:latest" "\${sources[@]}"
  digest=$(docker buildx imagetools inspect "$NAME" --format '{{json .Manifest.Digest}}' | tr -d '"')
  echo "- \\\`$NAME\\\` is \\\`\${NAME##*:}@$digest\\\`" >> "$GITHUB_STEP_SUMMARY"
`);
