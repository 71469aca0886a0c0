import { existsSync, readFileSync } from 'node:fs';
import { knownToEngine, missingCapabilities, parseCapBnd } from '../commands/capabilities.ts';
import { docker } from '../commands/argv.ts';
import type { Architecture } from '../commands/names.ts';
import { ToolError } from './errors.ts';
import type { Shell } from './shell.ts';

/** What a device's container must know about the computer it runs on. */
export interface HostFacts {
	/** Capabilities that no container here can have. */
	readonly missingCapabilities: readonly string[];
	readonly cgroupVersion: 1 | 2;
}

/** @throws {ToolError} if no container engine answers */
export async function observeHost(shell: Shell): Promise<HostFacts> {
	const format = '{{.CgroupVersion}} {{.ServerVersion}}';
	const info = await shell.capture(docker('info', '--format', format));
	if (info.code !== 0) throw engineAbsent(info.stderr);
	const [cgroupVersion, engineVersion = ''] = info.stdout.trim().split(' ');
	return {
		missingCapabilities: knownToEngine(readMissingCapabilities(), engineVersion),
		cgroupVersion: cgroupVersion === '1' ? 1 : 2,
	};
}

function engineAbsent(said: string): ToolError {
	return new ToolError(`the container engine does not answer: ${said.trim()}`, {
		todo: 'Start Docker (or run `sh tools/setup/setup run` as root on Debian) and try again.',
	});
}

/** Capabilities that no program of this computer can have, whatever its engine knows of them. */
export function readMissingCapabilities(): string[] {
	if (!existsSync('/proc/self/status')) return [];
	const capBnd = parseCapBnd(readFileSync('/proc/self/status', 'utf8'));
	return capBnd === undefined ? [] : missingCapabilities(capBnd, readLastCapability());
}

function readLastCapability(): number | undefined {
	const path = '/proc/sys/kernel/cap_last_cap';
	return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;
}

/** This computer's architecture in the words of image names; `amd64` where it is none of ours. */
export function hostArchitecture(nodeArch: string): Architecture {
	const known: Readonly<Record<string, Architecture>> = {
		x64: 'amd64',
		ia32: 'i386',
		arm64: 'aarch64',
		arm: 'armv7hf',
	};
	return known[nodeArch] ?? 'amd64';
}
