import { createV3Client, DeviceProblem, unwrap, type V3Client } from '../../client/client.ts';
import { readApiKey } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { ToolError, toMessage } from './errors.ts';
import type { Shell } from './shell.ts';

/** v3 of a device's API, with its global key. */
export interface DeviceClient {
	readonly client: V3Client;
	readonly baseUrl: string;
	readonly key: string;
}

/** @throws {ToolError} while the supervisor gives out no key */
export async function openDeviceClient(
	shell: Shell,
	names: DindNames,
	baseUrl: string,
): Promise<DeviceClient> {
	const { code, stdout, stderr } = await shell.capture(readApiKey(names));
	const key = stdout.trim();
	if (code !== 0 || key === '') {
		throw new ToolError(`the supervisor gives out no key: ${(stderr || stdout).trim()}`, {
			todo: 'See ./dindctl logs -n 50 -u resin-supervisor-dind.',
		});
	}
	return { baseUrl, key, client: createV3Client({ baseUrl, key: () => key }) };
}

/** @returns what the device answers @throws {ToolError} with its words when it refuses, or does not answer */
export async function askDevice<T>(call: Parameters<typeof unwrap<T>>[0]): Promise<T> {
	try {
		return await unwrap(call);
	} catch (cause) {
		const words = cause instanceof DeviceProblem ? cause.message : `no answer: ${toMessage(cause)}`;
		throw new ToolError(`the device refused: ${words}`, { cause });
	}
}
