import { expect } from 'chai';
import { createTopic } from '../../kit/emitter.ts';
import { SupervisorError } from '../../kit/errors.ts';
import { createFakeClock } from '../../kit/testing/fake-clock.ts';
import { DeviceEvent, type NewEvent } from '../../model/event.ts';
import type { AppUuid } from '../../model/ids.ts';
import type { Step } from '../../model/plan.ts';
import type { ProgressEvent } from '../../model/progress.ts';
import { createStateBoard } from '../board.ts';
import { createAppIds } from './app-ids.ts';
import { createEventFeed } from './event-feed.ts';

const step: Step = {
	kind: 'startContainer',
	id: 'startContainer web',
	resource: 'web',
	cause: 'not running',
	after: [],
	appUuid: 'u' as AppUuid,
	serviceName: 'web',
	container: 'c1',
};

describe('createEventFeed', () => {
	const clock = createFakeClock();

	function feedOf() {
		const events: NewEvent[] = [];
		const board = createStateBoard();
		const progress = createTopic<ProgressEvent>();
		const engine = createTopic<boolean>();
		const feed = createEventFeed({
			publish: (event) => events.push(event),
			board,
			appIdOf: createAppIds(() => board.snapshot()),
			clock,
		});
		feed.attach({ progress, observer: { onAvailability: (told) => engine.subscribe(told) } });
		return { events, board, progress, engine, feed };
	}

	it('must tell steps with their cause, and failures with their code', () => {
		const { events, progress } = feedOf();
		progress.publish({ kind: 'stepStarted', step });
		const err = new SupervisorError('port 80 is taken', { code: 'PORT_TAKEN' });
		progress.publish({ kind: 'stepFailed', step, err, tookMs: 12 });
		expect(events[0]).to.include({
			type: 'step.started',
			serviceName: 'web',
			cause: 'not running',
		});
		expect(events[1]).to.include({ type: 'step.failed', code: 'PORT_TAKEN', tookMs: 12 });
	});

	it('must tell a download at most once a second, and its end', async () => {
		const { events, progress } = feedOf();
		for (let percent = 0; percent <= 100; percent += 10) {
			progress.publish({ kind: 'pullProgress', image: 'x', percent });
			await clock.advance(300);
		}
		const percents = events.map((event) => (event.type === 'pull.progress' ? event.percent : -1));
		expect(percents).to.deep.equal([0, 40, 80, 100]);
	});

	it('must tell how apps stand when that changes, and that one is gone', () => {
		const { events, board } = feedOf();
		const settled = { phase: 'settled' as const, reason: '', since: 1, failures: 0 };
		board.update({ apps: { u: settled } });
		board.update({ updateDownloaded: true });
		board.update({ apps: { u: { ...settled, services: {} } } });
		board.update({ apps: { u: { ...settled, phase: 'backoff', reason: 'no', retryInMs: 500.5 } } });
		board.update({ apps: {} });
		expect(events.map(({ type }) => type)).to.deep.equal([
			'app.condition',
			'app.condition',
			'app.gone',
		]);
		expect(events[1]).to.include({ phase: 'backoff', reason: 'no', retryInMs: 501 });
	});

	it('must tell what happens to containers of ours, with app and service, and to no others', () => {
		const { events, feed } = feedOf();
		const attributes = {
			'io.balena.supervised': '',
			'io.balena.app-uuid': 'u',
			'io.balena.app-id': '7',
			'io.balena.service-name': 'web',
			name: 'web_1_2_c',
			exitCode: '137',
		};
		const base = { type: 'container' as const, objectId: 'c1', timeNano: '1', attributes };
		feed.containerEvent({ ...base, action: 'die' });
		feed.containerEvent({ ...base, action: 'health_status: unhealthy' });
		feed.containerEvent({ ...base, action: 'update' });
		feed.containerEvent({ ...base, action: 'start', attributes: { name: 'stranger' } });
		const container = { appUuid: 'u', appId: 7, serviceName: 'web', containerId: 'c1' };
		expect(events).to.deep.equal([
			{ type: 'container.exited', ...container, name: 'web_1_2_c', exitCode: 137 },
			{ type: 'container.health', ...container, name: 'web_1_2_c', health: 'unhealthy' },
		]);
	});

	it('must tell that the engine went and came', () => {
		const { events, engine } = feedOf();
		engine.publish(false);
		engine.publish(true);
		expect(events.map(({ type }) => type)).to.deep.equal(['engine.down', 'engine.up']);
	});

	it('must shorten a plan that is longer than anybody reads', () => {
		const { events, feed } = feedOf();
		const steps = Array.from({ length: 500 }, (_, n) => ({ ...step, id: `s${n}` }));
		const lines = steps.map(({ id }) => id);
		feed.planMade({ appUuid: 'u', plan: { steps }, lines, isAsked: false });
		const [event] = events;
		if (event?.type !== 'plan.made') throw new Error('no plan');
		expect(event.steps).to.have.lengthOf(200);
		expect(event.text.at(-1)).to.equal('… and 300 more');
		const whole = { id: 1, at: new Date(0).toISOString(), ...event };
		expect(DeviceEvent.safeParse(whole).success).to.equal(true);
	});
});
