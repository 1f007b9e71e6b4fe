export function bundleProvider(directory: string, name?: string): Promise<void>;
