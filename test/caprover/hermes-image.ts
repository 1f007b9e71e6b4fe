/** The sandbox's Hermes image, which also counts its starts on its volume, and stops slowly. */
import { type HermesState, hermesImage as real, type SimulatedImage } from "cdktf-hermes/testing";

/**
 * @param version what it writes to its volume
 * @param release if it is another text than the version
 */
export function hermesImage(version: string, release = version, state: HermesState = {}): SimulatedImage {
  const image = real(release, state);
  return {
    ...image,
    stopSeconds: 8,
    onStart: (context) => {
      let runs = true;
      const exit = (code: number) => {
        runs = false;
        context.exit(code);
      };
      image.onStart?.({ ...context, exit });
      const data = context.mounts["/opt/data"];
      if (runs) data?.set("starts", `${data.get("starts") ?? ""}${version} `);
    },
  };
}
