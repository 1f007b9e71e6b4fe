/** Programs of each kind whose workflows are checked. */
import type { WorkflowOptions } from "../../lib/delivery/shared-jobs";
import { everything, type Program } from "./programs";

export type Variant = readonly [what: string, program: Program, options: Partial<WorkflowOptions>];

const BOTH_PLATFORMS = ["linux/amd64", "linux/arm64"] as const;

export const TERRAFORM_VARIANTS: readonly Variant[] = [
  ["Docker by ssh", { target: "docker" }, {}],
  ["Docker on a runner of one's own", { target: "docker", host: false }, { runsOn: "self-hosted" }],
  ["CapRover", { target: "caprover" }, {}],
  ["CapRover by the environment", { target: "caprover", withoutUrl: true }, {}],
  ["everything in the image", { target: "caprover", wrapper: everything() }, {}],
  ["two platforms", { target: "docker", delivery: { platforms: BOTH_PLATFORMS } }, {}],
  ["several images", { target: "caprover", images: 3, agents: 2 }, {}],
  ["upstream's own image", { target: "docker", upstream: true }, {}],
  [
    "a project in a folder, another branch",
    { target: "caprover" },
    { project: "infra/agents [a]", branch: "release" },
  ],
];

const BY_TOKEN: Program = { target: "caprover", delivery: { deploy: "token" } };

export const TOKEN_VARIANTS: readonly Variant[] = [
  ["one agent", BY_TOKEN, {}],
  ["everything in the image", { ...BY_TOKEN, wrapper: everything() }, {}],
  ["several images and agents", { ...BY_TOKEN, images: 2, agents: 3 }, {}],
  ["two platforms", { ...BY_TOKEN, delivery: { deploy: "token", platforms: BOTH_PLATFORMS } }, {}],
  ["a server in the environment", { ...BY_TOKEN, withoutUrl: true }, {}],
  ["a state in a file, which the CI does not need", { ...BY_TOKEN, localState: true }, {}],
  ["a project in a folder with characters of patterns", BY_TOKEN, { project: "infra [a]+b" }],
];

/** Each target, each way to deploy and each content of the image, with one image and with several. */
export function everyCombination(): readonly Variant[] {
  const { caCertificates = [], ...packages } = everything();
  const ways = [
    ["docker by Terraform", { target: "docker" }, {}],
    [
      "docker by Terraform on a runner of one's own",
      { target: "docker", host: false },
      { runsOn: "self-hosted" },
    ],
    ["caprover by Terraform", { target: "caprover" }, {}],
    ["caprover by token", BY_TOKEN, {}],
  ] as const satisfies readonly Variant[];
  const contents = { nothing: {}, certificates: { caCertificates }, packages, everything: everything() };
  const registries = ["ghcr.io/acme/hermes-1", "registry.example.com:5000/hermes"];
  return ways.flatMap(([way, program, options]) =>
    Object.entries(contents).flatMap(([content, wrapper]) =>
      [1, 3].flatMap((images) =>
        (images === 1 ? registries : [undefined]).map(
          (repository): Variant => [
            `${way}, ${content} in ${images} image(s) of ${repository ?? "GHCR"}`,
            {
              ...program,
              wrapper,
              images,
              delivery: {
                ...("delivery" in program && program.delivery),
                ...(repository !== undefined && { repository }),
              },
            },
            options,
          ],
        ),
      ),
    ),
  );
}
