import { expect } from 'chai';
import type { ServiceExplanation, ServiceOutlook } from '../model/explanation.ts';
import type { AppCondition, DeviceSnapshot } from '../model/snapshot.ts';
import { explainStates } from './explain-state.ts';
import { containerOf, snapshotOf, webApp } from './testing/snapshots.ts';

type Change = Parameters<typeof snapshotOf>[0];

const condition = (
	change: Partial<AppCondition>,
	outlook?: ServiceOutlook,
): Pick<DeviceSnapshot, 'apps'> => ({
	apps: {
		[webApp.appUuid]: {
			phase: 'applying',
			reason: '',
			since: 0,
			failures: 0,
			...(outlook !== undefined && { services: { web: outlook } }),
			...change,
		},
	},
});
const planned: ServiceOutlook = { code: 'planned', reason: 'new image' };
const lock = {
	path: '/tmp/balena-supervisor/services/4711/web/updates.lock',
	serviceName: 'web',
	ownerUid: 0,
	since: 0,
};
const running = { containers: [containerOf()] };

describe('explainStates', () => {
	const cases: { name: string; given: Change; last?: ServiceExplanation; state: string }[] = [
		{
			name: 'a service that runs',
			given: { observed: running },
			state: 'running: it runs as the target says',
		},
		{
			name: 'one whose health check fails',
			given: { observed: { containers: [containerOf({ health: 'unhealthy' })] } },
			state: 'unhealthy: it runs, but its health check fails',
		},
		{
			name: 'one that crashes',
			given: { observed: { containers: [containerOf({ state: 'restarting' })] } },
			state: 'restarting: it ends again and again, and the engine starts it again',
		},
		{
			name: 'one that ended',
			given: { observed: { containers: [containerOf({ state: 'exited', exitCode: 3 })] } },
			state: 'ended: it ended with exit code 3, and its restart policy leaves it at that',
		},
		{
			name: 'one that a person stopped',
			given: { observed: { containers: [containerOf({ state: 'exited', exitCode: 137 })] } },
			last: {
				state: { code: 'running', text: '', since: 0 },
				lastChange: { code: 'stopped', text: 'stopped: stop asked for', since: 0 },
			},
			state: 'stoppedByPerson: a person stopped it',
		},
		{
			name: 'one whose image is downloaded',
			given: { pulls: { [webApp.image]: 7 }, ...condition({}, planned) },
			state: 'downloading: its image is being downloaded: 7 %',
		},
		{
			name: 'one that is being made',
			given: { volatile: { [webApp.key]: 'Installing' } },
			state: 'installing: its container is being made',
		},
		{
			name: 'one whose turn comes',
			given: { observed: running, ...condition({}, planned) },
			state: 'planned: to be changed: new image',
		},
		{
			name: 'one that waits for another',
			given: {
				...condition(
					{ phase: 'waiting' },
					{ code: 'waitsForService', reason: 'db is not healthy yet' },
				),
			},
			state: 'waitsForService: waiting: db is not healthy yet',
		},
		{
			name: 'one that a lock keeps',
			given: { observed: running, ...condition({ phase: 'locked', lock }, planned) },
			state: 'locked: waiting: lock held at /tmp/balena-supervisor/services/4711/web/updates.lock',
		},
		{
			name: 'one of an app that pauses after a failure',
			given: {
				...condition({ phase: 'backoff', retryInMs: 64_000, reason: 'pull failed: no' }, planned),
			},
			state: 'backoff: backing off 1m after: pull failed: no',
		},
		{
			name: 'one that waits for a delta which is still being made',
			given: {
				...condition({ phase: 'waiting', reason: 'for the delta of web' }, planned),
			},
			state: 'planned: to be changed: new image, and waits for the delta of web',
		},
		{
			name: 'one that is as wanted in an app that pauses after a failure',
			given: { observed: running, ...condition({ phase: 'backoff', reason: 'pull failed' }) },
			state: 'running: it runs as the target says',
		},
		{
			name: 'one whose image can never be had',
			given: {
				...condition(
					{ phase: 'rejected', reason: 'image is for arm64' },
					{ code: 'imageRefused', reason: 'an image of the release can never be had' },
				),
			},
			state: 'imageRefused: waiting: an image of the release can never be had',
		},
		{
			name: 'one of which nothing is there',
			given: { ...condition({ reason: 'waiting for the container engine' }) },
			state: 'absent: waiting for the container engine',
		},
	];
	for (const { name, given, last, state } of cases) {
		it(`must explain ${name}`, () => {
			const states = explainStates(
				snapshotOf(given),
				last === undefined ? {} : { [webApp.key]: last },
			);
			const { code, text } = states[webApp.key] ?? { code: 'none', text: '' };
			expect(`${code}: ${text}`).to.equal(state);
		});
	}

	it('must say nothing before there is a target', () => {
		expect(explainStates({ ...snapshotOf(), target: undefined }, {})).to.deep.equal({});
	});
});
