/** The sandbox's Hermes image, which also counts its starts on its volume, and stops slowly. */
import { hermesImage as real, type SimulatedImage } from "cdktf-hermes/testing";

/** @param version a release, or any other text for an image with the newest one */
export function hermesImage(version: string): SimulatedImage {
  const image = real(version);
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
