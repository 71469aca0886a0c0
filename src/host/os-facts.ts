import path from 'node:path';
import { z } from 'zod';
import { readText } from './read-text.ts';

/** The lines `NAME=value` of os-release, unquoted. */
export function parseOsRelease(text: string): Readonly<Record<string, string>> {
	const lines = text.split('\n').map((line) => /^\s*([A-Z0-9_]+)=(.*)$/.exec(line));
	return Object.fromEntries(
		lines.flatMap((match) => (match === null ? [] : [[match[1] ?? '', unquote(match[2] ?? '')]])),
	);
}

function unquote(text: string): string {
	const trimmed = text.trim();
	const inner = /^"(.*)"$/.exec(trimmed)?.[1] ?? /^'(.*)'$/.exec(trimmed)?.[1];
	return inner === undefined ? trimmed : inner.replaceAll(/\\(["\\$`])/g, '$1');
}

const DeviceTypeJson = z.object({
	slug: z.string().min(1).optional().catch(undefined),
	arch: z.string().min(1).optional().catch(undefined),
});

/** Slug and architecture as the boot partition's device-type.json has them. */
export async function readDeviceType(
	bootMountpoint: string,
): Promise<z.infer<typeof DeviceTypeJson>> {
	const text = await readText(path.join(bootMountpoint, 'device-type.json'));
	try {
		return DeviceTypeJson.safeParse(JSON.parse(text ?? '{}')).data ?? {};
	} catch {
		return {};
	}
}

const architectures: Readonly<Record<string, string>> = {
	x64: 'amd64',
	arm64: 'aarch64',
	arm: 'armv7hf',
	ia32: 'i386',
};

/** The architecture this program runs on, in the cloud's words. */
export function ownArchitecture(arch: string): string {
	return architectures[arch] ?? 'unknown';
}
