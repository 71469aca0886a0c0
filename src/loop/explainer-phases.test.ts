import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import type { ServiceExplanation } from '../model/explanation.ts';
import { serviceKeyOf } from '../model/ids.ts';
import type { TargetState } from '../model/target.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { appIdOf, appUuidOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const web = (release: number, more: TestApp['services'][string] = {}): TargetState =>
	targetOf({ release, services: { web: more } });
const depending = targetOf({
	services: {
		db: { image: imageOf('a', 'db') },
		web: { composition: { depends_on: { db: { condition: 'service_healthy' } } } },
	},
});
const rejected: TargetState = {
	...targetOf(),
	rejected: [{ appUuid: appUuidOf(), reasons: ['requires arch.sw arm64, this device is amd64'] }],
};

interface Phase {
	readonly name: string;
	/** What holds in the end; the device runs release 1 before. */
	readonly target: TargetState;
	/** How it comes about, beside the target. */
	readonly before?: (loop: LoopBench) => void;
	readonly after?: (loop: LoopBench) => Promise<void>;
	readonly code: ServiceExplanation['state']['code'];
	readonly text: string | RegExp;
	readonly lastChange?: string;
	/** It ends with the process and begins anew in the next one. */
	readonly isMomentary?: boolean;
	/** What is said when the next process has looked; default: the same, since the same time. */
	readonly later?: ServiceExplanation['state']['code'];
}

const phases: readonly Phase[] = [
	{
		name: 'whose configuration drifted',
		target: web(1, { environment: { MODE: 'x' } }),
		...{ code: 'running', text: 'it runs as the target says' },
		lastChange: 'started: configuration drifted: environment.MODE',
	},
	{
		name: 'that a lock keeps from its update',
		target: web(2),
		before: (loop) => void loop.locks.byUsers.add(`${appIdOf()}/web`),
		code: 'locked',
		text: `waiting: lock held at /tmp/balena-supervisor/services/${appIdOf()}/web/updates.lock`,
	},
	{
		name: 'whose image cannot be pulled',
		target: web(2),
		before: (loop) =>
			loop.engine.failNext(
				'pullImage',
				new SupervisorError('pull failed: no', { code: 'IMAGE_PULL_FAILED' }),
				1000,
			),
		...{ code: 'backoff', text: /^backing off \d+m?s? after: pull failed: no$/ },
	},
	{
		name: 'whose image is being pulled',
		target: web(2),
		before: (loop) => void loop.engine.hold('pullImage'),
		...{ code: 'downloading', text: 'its image is being downloaded: 0 %', isMomentary: true },
	},
	{
		name: 'whose image is for another architecture',
		target: web(2),
		before: (loop) =>
			loop.engine.failNext(
				'pullImage',
				new SupervisorError('for arm64', { code: 'IMAGE_WRONG_ARCHITECTURE' }),
				1000,
			),
		...{ code: 'imageRefused', text: /^waiting: / },
	},
	{
		name: 'whose new release is rejected, as a contract is not met',
		target: rejected,
		...{ code: 'rejected', text: 'requires arch.sw arm64, this device is amd64' },
	},
	{
		name: 'that waits for another',
		target: depending,
		after: async (loop) => {
			const db = [...loop.engine.world.containers.values()].find(({ name }) => /^db/.test(name));
			if (db === undefined) throw new Error('no db');
			db.health = 'starting';
			const attributes = db.spec.config.Labels;
			loop.engine.emit('container', 'health_status: starting', { id: db.id, attributes });
			await loop.pass(2000);
		},
		...{ code: 'waitsForService', text: 'waiting: db is not healthy yet' },
	},
	{
		name: 'that requires a reboot',
		target: web(2, { labels: { 'io.balena.update.requires-reboot': '1' } }),
		before: (loop) => void (loop.power.isRefusing = true),
		...{ code: 'waitsForReboot', text: 'waiting: its first start waits for a reboot' },
	},
	{
		name: 'that a person stopped',
		target: web(1),
		after: async (loop) => {
			const stop = [{ kind: 'stop', serviceName: 'web' }] as const;
			await Promise.all([
				loop.reconciler.request(appUuidOf(), stop, { force: false }),
				loop.pass(2000),
			]);
		},
		...{ code: 'stoppedByPerson', text: 'a person stopped it', later: 'running' },
	},
];

describe('the explanation of a service', () => {
	const key = serviceKeyOf(appUuidOf(), 'web');
	const explained = (loop: LoopBench): ServiceExplanation | undefined =>
		loop.board.snapshot().explanations?.[key];

	for (const phase of phases) {
		const { name, target, before, after, code, text, lastChange, later } = phase;
		const { isMomentary = false } = phase;
		it(`must tell of one ${name}, also in the next process`, async () => {
			const loop = startLoop();
			loop.reconciler.setTarget(web(1));
			await loop.pass(3000);
			before?.(loop);
			loop.reconciler.setTarget(target);
			await loop.pass(3000);
			await after?.(loop);
			await loop.pass(6000);
			const told = explained(loop);
			expect(told?.state.code).to.equal(code);
			expect(told?.state.text).to.match(typeof text === 'string' ? literally(text) : text);
			if (lastChange !== undefined) expect(told?.lastChange?.text).to.equal(lastChange);
			await loop.stop();

			const next = startLoop(loop);
			next.engine.goDown();
			next.reconciler.setTarget(target);
			await next.pass(3000);
			const kept = explained(next);
			if (isMomentary) expect(kept?.state.code).to.equal('planned');
			else expect(kept, 'before it has looked').to.deep.equal(told);
			next.engine.goUp();
			await next.pass(20_000);
			expect(explained(next)?.state.code, 'after it has looked').to.equal(later ?? code);
			if (later === undefined && !isMomentary)
				expect(explained(next)?.state.since).to.equal(told?.state.since);
			await next.stop();
		});
	}
});

function literally(text: string): RegExp {
	return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`);
}
