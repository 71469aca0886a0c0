import { jsonText } from '../answer.ts';
import type { ApiDeps } from '../deps.ts';
import { defineV3RawRoute, defineV3Route, type V3Route } from './route.ts';
import { createStatusWriter } from './status-text.ts';

/** What the device and its apps are doing, and why. */
export function deviceRoutes({ snapshot, vitals, v3 }: ApiDeps): V3Route[] {
	const write = createStatusWriter();
	return [
		defineV3RawRoute({
			method: 'get',
			path: '/v3/status',
			operationId: 'getStatus',
			tag: 'device',
			doc: 'The device, its apps and their services: what they do, why, and what comes next.',
			answer: {
				status: 200,
				doc: 'The device, its apps and their services',
				content: { 'application/json': 'Status' },
			},
			handle: async ({ caller }) => {
				const [device, signs] = await Promise.all([v3.device(), vitals.read()]);
				const isVisible = (appId: number): boolean => caller.reaches(appId, 'read');
				const facts = { device, vitals: signs, now: v3.now(), isVisible };
				return jsonText(write({ snapshot: snapshot(), ...facts }));
			},
		}),
		defineV3Route({
			method: 'get',
			path: '/v3/device',
			operationId: 'getDevice',
			tag: 'device',
			doc: 'The device as a whole: who it is, where it is, how it gets on with its cloud.',
			answer: 'DeviceStatus',
			handle: () => v3.device(),
		}),
	];
}
