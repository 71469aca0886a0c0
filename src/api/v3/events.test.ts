import { once } from 'node:events';
import { expect } from 'chai';
import { systemClock } from '../../kit/clock.ts';
import { createFakeClock } from '../../kit/testing/fake-clock.ts';
import { DeviceEvent, type NewEvent } from '../../model/event.ts';
import { appKey, depsOf } from '../testing/fixture.ts';
import { eventRoutes } from './events.ts';
import { serveEvents, type EventServer } from './testing/event-stream.ts';

const up: NewEvent = { type: 'engine.up' };
const down: NewEvent = { type: 'engine.down' };

/** Resolves when it holds; the test's own time limit ends a wait in vain. */
async function until(holds: () => boolean): Promise<void> {
	while (!holds()) await new Promise((resolve) => globalThis.setTimeout(resolve, 5));
}

describe('GET /v3/events', () => {
	let server: EventServer;
	beforeEach(async () => {
		server = await serveEvents(systemClock);
	});
	afterEach(() => server.close());
	const publish = (...events: NewEvent[]): void => events.forEach(server.journal.publish);

	it('must tell what happens, in the form of the event stream', async () => {
		const client = await server.open();
		publish(up, { type: 'step.done', ...stepOf('uuid-1', 1), tookMs: 5 });
		const [first, second] = await client.events(2);
		expect(client.response.headers['content-type']).to.equal('text/event-stream');
		expect(client.response.headers['cache-control']).to.equal('no-store');
		expect(first).to.deep.include({ id: '1', event: 'engine.up' });
		expect(second).to.deep.include({ id: '2', event: 'step.done' });
		expect(DeviceEvent.safeParse(second?.data).error).to.equal(undefined);
	});

	it('must begin with what is new', async () => {
		publish(up, down);
		const client = await server.open();
		publish(up);
		expect((await client.events(1)).map(({ id }) => id)).to.deep.equal(['3']);
	});

	it('must go on after Last-Event-ID, which counts more than after', async () => {
		publish(up, down, up, down);
		const client = await server.open('/v3/events?after=0', { lastEventId: '2' });
		expect((await client.events(2)).map(({ id }) => id)).to.deep.equal(['3', '4']);
		const other = await server.open('/v3/events?after=3');
		expect((await other.events(1)).map(({ id }) => id)).to.deep.equal(['4']);
	});

	it('must neither lose nor repeat an event between what was and what comes', async () => {
		publish(...Array.from({ length: 300 }, () => up));
		const opening = server.open('/v3/events?after=100');
		for (let n = 0; n < 50; n++) {
			publish(down);
			await new Promise((resolve) => setImmediate(resolve));
		}
		const ids = (await (await opening).events(250)).map(({ id }) => Number(id));
		expect(ids).to.deep.equal(Array.from({ length: 250 }, (_, n) => 101 + n));
	});

	it('must tell a gap where something is not kept any more', async () => {
		publish(...Array.from({ length: 1200 }, () => up));
		const client = await server.open('/v3/events', { lastEventId: '10' });
		const [gap, next] = await client.events(2);
		expect(gap).to.deep.include({ id: '200', event: 'gap' });
		expect(gap?.data).to.include({ missedFrom: 11, missedTo: 200 });
		expect(DeviceEvent.safeParse(gap?.data).error).to.equal(undefined);
		expect(next?.id).to.equal('201');
	});

	it('must tell only the types, the app and the service that are asked for', async () => {
		const byType = await server.open('/v3/events?types=step,engine.down');
		const byApp = await server.open('/v3/events?app=uuid-2');
		const byNumber = await server.open('/v3/events?app=2&service=web');
		const one: NewEvent = { type: 'step.started', ...stepOf('uuid-1', 1) };
		const two: NewEvent = { type: 'step.started', ...stepOf('uuid-2', 2) };
		publish(up, one, two, { ...two, serviceName: 'other' }, down);
		publish({ type: 'lock.taken', appUuid: 'uuid-2', appId: 2, services: [] });
		const idsOf = async (client: typeof byType, count: number): Promise<unknown[]> =>
			(await client.events(count)).map(({ id }) => Number(id));
		expect(await idsOf(byType, 4)).to.deep.equal([2, 3, 4, 5]);
		expect(await idsOf(byApp, 3)).to.deep.equal([3, 4, 6]);
		expect(await idsOf(byNumber, 1)).to.deep.equal([3]);
	});

	it('must tell the holder of an app’s key what happens to its app, and nothing else', async () => {
		publish(up, { type: 'step.started', ...stepOf('uuid-1', 1) });
		const client = await server.open('/v3/events?after=0', { key: appKey });
		publish({ type: 'step.started', ...stepOf('uuid-2', 2) }, down);
		publish({ type: 'step.skipped', ...stepOf('uuid-1', 1) });
		const seen = await client.events(2);
		expect(seen.map(({ id }) => id)).to.deep.equal(['2', '5']);
	});

	it('must send lines of logs only where they are asked for', async () => {
		const withLogs = await server.open('/v3/events?types=engine&logs=1');
		const ofWeb = await server.open('/v3/events?types=engine&logs=web');
		const ofOther = await server.open('/v3/events?types=engine&logs=other');
		const without = await server.open();
		expect(server.logFollowers()).to.equal(3);
		const line = { message: 'hello', isStdErr: false, isSystem: false, serviceName: 'web' };
		publish({ type: 'log.line', ...line, appUuid: 'uuid-1', appId: 1 }, up);
		const [first, second] = await withLogs.events(2);
		expect(first).to.deep.include({ event: 'log.line' });
		expect(first).not.to.have.property('id');
		expect(second?.event).to.equal('engine.up');
		expect((await without.events(1))[0]?.event).to.equal('engine.up');
		expect((await ofWeb.events(1))[0]?.event).to.equal('log.line');
		expect((await ofOther.events(1))[0]?.event).to.equal('engine.up');
		for (const client of [withLogs, ofWeb, ofOther]) client.leave();
		await until(() => server.logFollowers() === 0);
	});

	it('must free what a reader held when it leaves, and a hundred of them', async () => {
		const clients = await Promise.all(Array.from({ length: 100 }, () => server.open()));
		expect(server.readers()).to.equal(100);
		publish(up, down, up);
		const seen = await Promise.all(clients.map((client) => client.events(3)));
		expect(seen.every((events) => events.length === 3)).to.equal(true);
		for (const client of clients) client.leave();
		await until(() => server.readers() === 0);
	});

	it('must take no more readers than it can serve, until one leaves', async () => {
		const clients = await Promise.all(Array.from({ length: 256 }, () => server.open()));
		const refused = await server.open();
		expect(refused.response.statusCode).to.equal(503);
		clients[0]?.leave();
		await until(() => server.readers() === 255);
		expect((await server.open()).response.statusCode).to.equal(200);
	});

	it('must keep no place for a reader that left before it was let in', async () => {
		const [route] = eventRoutes(depsOf({ log: [] }));
		const ask = async (signal: AbortSignal): Promise<unknown> =>
			route?.run({
				...{ params: {}, query: {}, body: undefined, header: () => undefined, signal },
				caller: { reaches: () => true, may: () => true },
			});
		for (let n = 0; n < 256; n++) await ask(AbortSignal.abort());
		const staying = new AbortController();
		expect(await ask(staying.signal)).to.have.property('status', 200);
		staying.abort();
	});

	it('must drop a reader that never reads, and leave the others undisturbed', async () => {
		const deaf = await server.openDeaf();
		const client = await server.open();
		const closed = once(deaf.socket, 'close');
		const note: NewEvent = { type: 'cloud.down', error: 'x'.repeat(10_000) };
		let sent = 0;
		while (server.readers() > 1) {
			publish(note);
			sent += 1;
			if (sent % 20 === 0) await client.events(sent);
		}
		expect(await client.events(sent)).to.have.lengthOf(sent);
		deaf.resume();
		await closed;
		expect(deaf.complete).to.equal(false);
		publish(up);
		expect((await client.events(sent + 1)).at(-1)?.event).to.equal('engine.up');
	});

	it('must refuse a number that is none, as a problem document', async () => {
		const client = await server.open('/v3/events?after=x');
		expect(client.response.statusCode).to.equal(400);
		expect(client.response.headers['content-type']).to.contain('application/problem+json');
		expect(server.readers()).to.equal(0);
	});
});

describe('GET /v3/events while nothing happens', () => {
	it('must send a comment every 15 seconds, and how far the client knows of everything', async () => {
		const clock = createFakeClock();
		const server = await serveEvents(clock);
		try {
			const client = await server.open('/v3/events?types=step');
			const comments = (): typeof client.frames =>
				client.frames.filter(({ comment }) => comment !== undefined);
			server.journal.publish(up);
			await until(() => clock.sleepers().includes(15_000));
			await clock.advance(15_000);
			await until(() => comments().length === 1);
			expect(comments()[0]).to.deep.equal({ id: '1', comment: 'still here' });
			await until(() => clock.sleepers().includes(15_000));
			await clock.advance(15_000);
			await until(() => comments().length === 2);
			expect(comments()[1]).to.deep.equal({ comment: 'still here' });
			client.leave();
			await until(() => server.readers() === 0 && clock.sleepers().length === 0);
		} finally {
			server.close();
		}
	});
});

function stepOf(appUuid: string, appId: number) {
	const step = { stepId: 's', kind: 'startContainer', resource: 'web', cause: 'absent' };
	return { appUuid, appId, serviceName: 'web', ...step };
}
