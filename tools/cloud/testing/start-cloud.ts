import { z } from 'zod';
import { createClient, type CloudClient } from '../client.ts';
import { createCloud, type Cloud, type CloudOptions } from '../create-cloud.ts';

export const testFleet = {
	name: 'acceptance',
	uuid: 'a'.repeat(32),
	deviceType: 'generic-amd64',
	provisioningKey: 'provision-acceptance',
};

/** A release for it, of one service whose image nobody has. */
export const testRelease = {
	fleet: testFleet.name,
	composition: { services: { main: {} } },
	images: { main: `registry.holdfast.test:5000/v2/${'a'.repeat(32)}` },
};

/** A device that has registered. */
export interface TestDevice {
	id: number;
	uuid: string;
	key: string;
}

export interface TestCloud {
	cloud: Cloud;
	/** Base address. */
	url: string;
	client: CloudClient;
	/** A request with the key as bearer; a string or buffer body goes as it is, any other as JSON. */
	send(request: TestRequest): Promise<Response>;
	/** Registers a device in the first fleet, with the uuid of this letter. */
	register(letter?: string): Promise<TestDevice>;
	close(): Promise<void>;
}

export interface TestRequest {
	method?: string;
	path: string;
	key?: string;
	body?: unknown;
	headers?: Record<string, string>;
}

/** A cloud on a free port over an in-memory database, with one fleet. */
export async function startCloud(options: Partial<CloudOptions> = {}): Promise<TestCloud> {
	const cloud = await createCloud({ userKey: 'user-key', fleets: [testFleet], ...options });
	const url = await cloud.listen(0);
	const send = ({ method = 'GET', path, key, body, headers = {} }: TestRequest) => {
		const isRaw = typeof body === 'string' || body instanceof Uint8Array;
		return fetch(`${url}${path}`, {
			method,
			headers: {
				...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
				...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
		});
	};
	return {
		cloud,
		url,
		client: createClient({ url, userKey: cloud.userKey }),
		send,
		async register(letter = 'd') {
			const uuid = letter.repeat(32);
			const key = `key-of-${letter}`;
			const body = { application: 1, uuid, device_type: 'generic-amd64', api_key: key };
			const path = '/device/register';
			const answer = await send({
				method: 'POST',
				path,
				key: testFleet.provisioningKey,
				body,
			});
			if (answer.status !== 201) throw new Error(`register answered ${answer.status}`);
			return { ...z.object({ id: z.number() }).parse(await answer.json()), uuid, key };
		},
		close: () => cloud.close(),
	};
}
