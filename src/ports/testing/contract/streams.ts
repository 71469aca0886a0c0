import { expect } from 'chai';
import type { LogPosition } from '../../../model/log-position.ts';
import type { EngineEvent } from '../../../model/observed.ts';
import { sleeperSpec, type EngineUnderTest } from '../engine-under-test.ts';
import { all, expectCode, never, ownName, take } from './expecting.ts';

/** Event and log streams: open when they say so, complete from then on, closed by the signal. */
export function streamContract(under: () => EngineUnderTest): void {
	const made: string[] = [];
	const run = async (): Promise<string> => {
		const { engine, image } = under();
		const name = ownName('c');
		made.push(name);
		const containerId = await engine.createContainer(sleeperSpec(name, image), never);
		await engine.startContainer(containerId, never);
		return containerId;
	};

	afterEach(async () => {
		for (const name of made.splice(0)) await under().engine.removeContainer(name, never);
	});

	it('must deliver every event of a container from the moment the stream is open', async () => {
		const { engine, kill } = under();
		const abort = new AbortController();
		const events: EngineEvent[] = [];
		let opened = (): void => undefined;
		const open = new Promise<void>((resolve) => (opened = resolve));
		const listening = (async () => {
			for await (const event of engine.events(abort.signal, opened)) {
				events.push(event);
				if (event.action === 'destroy') abort.abort();
			}
		})();
		await open;
		const containerId = await run();
		await kill(containerId);
		await engine.removeContainer(containerId, never);
		await listening;
		const own = events.filter((e) => e.type === 'container' && e.objectId === containerId);
		const actions = own.map(({ action }) => action);
		expect(actions).to.deep.equal(['create', 'start', 'die', 'destroy']);
		const stamps = own.map(({ timeNano }) => BigInt(timeNano));
		expect(stamps).to.deep.equal([...stamps].sort((a, b) => (a < b ? -1 : Number(a > b))));
		expect(own[0]?.attributes.name).to.match(/^hf-contract-c-/);
	});

	it('must end the event stream without an error when the signal fires', async () => {
		const abort = new AbortController();
		const stream = under().engine.events(abort.signal, () => abort.abort());
		expect(await all(stream)).to.deep.equal([]);
	});

	it('must read the lines after a cursor, exactly', async () => {
		const { engine, say } = under();
		const containerId = await run();
		for (const line of ['one', 'two', 'three']) await say(containerId, line);
		const options = { follow: false, signal: never };
		const lines = await all(engine.containerLogs(containerId, options));
		expect(lines.map(({ message }) => message)).to.deep.equal(['one', 'two', 'three']);
		expect(lines.every(({ isStdErr }) => !isStdErr)).to.equal(true);
		expect(lines[0]?.stamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
		const later = await all(
			engine.containerLogs(containerId, { ...options, since: lines[1]?.stamp }),
		);
		expect(later.map(({ message }) => message)).to.deep.equal(['three']);
		const none = await all(
			engine.containerLogs(containerId, { ...options, since: lines[2]?.stamp }),
		);
		expect(none).to.deep.equal([]);
	});

	it('must read only the last lines when asked', async () => {
		const { engine, say } = under();
		const containerId = await run();
		for (const line of ['one', 'two', 'three']) await say(containerId, line);
		const options = { follow: false, tail: 2, signal: never };
		const lines = await all(engine.containerLogs(containerId, options));
		expect(lines.map(({ message }) => message)).to.deep.equal(['two', 'three']);
	});

	it('must follow a container until it stops', async () => {
		const { engine, say, kill } = under();
		const containerId = await run();
		const following = all(engine.containerLogs(containerId, { follow: true, signal: never }));
		await say(containerId, 'one');
		await say(containerId, 'two');
		await kill(containerId);
		expect((await following).map(({ message }) => message)).to.deep.equal(['one', 'two']);
	});

	it('must close a followed log when the signal fires, and when the reader leaves', async () => {
		const { engine, say } = under();
		const containerId = await run();
		await say(containerId, 'one');
		const abort = new AbortController();
		const lines: string[] = [];
		const options = { follow: true, signal: abort.signal };
		for await (const { message } of engine.containerLogs(containerId, options)) {
			lines.push(message);
			abort.abort();
		}
		expect(lines).to.deep.equal(['one']);
		const followed = engine.containerLogs(containerId, { follow: true, signal: never });
		expect(await take(followed, 1)).to.have.length(1);
	});

	it('must say that the container of a log is not there', async () => {
		const { engine } = under();
		const logs = engine.containerLogs('hf-contract-absent', { follow: true, signal: never });
		await expectCode(all(logs), 'ENGINE_NOT_FOUND');
	});

	it('must give each line once over readings that begin where the last one ended', async () => {
		const { engine, say, kill } = under();
		const containerId = await run();
		const seen: string[] = [];
		let from: LogPosition | undefined;
		for (const round of ['one', 'two', 'three']) {
			for (const n of [1, 2, 3]) await say(containerId, `${round} ${n}`);
			const expected = seen.length + 3;
			for await (const batch of engine.followLog(containerId, { from, signal: never })) {
				seen.push(...batch.lines.map(({ message }) => message));
				from = batch.position;
				if (seen.length >= expected) break;
			}
		}
		await say(containerId, 'last');
		await kill(containerId);
		for await (const { lines } of engine.followLog(containerId, { from, signal: never })) {
			seen.push(...lines.map(({ message }) => message));
		}
		const rounds = ['one', 'two', 'three'].flatMap((round) =>
			[1, 2, 3].map((n) => `${round} ${n}`),
		);
		expect(seen).to.deep.equal([...rounds, 'last']);
	});

	it('must follow from the end when no line that is there is asked for', async () => {
		const { engine, say } = under();
		const containerId = await run();
		await say(containerId, 'old');
		const stop = new AbortController();
		const seen: string[] = [];
		const following = (async () => {
			for await (const batch of engine.followLog(containerId, { tail: 0, signal: stop.signal })) {
				seen.push(...batch.lines.map(({ message }) => message));
				stop.abort();
			}
		})();
		for (let n = 0; n < 1000 && !stop.signal.aborted; n++) await say(containerId, 'new');
		await following;
		expect(new Set(seen)).to.deep.equal(new Set(['new']));
	});

	it('must make no lines of a followed log before there is room for them', async () => {
		const { engine, say } = under();
		const containerId = await run();
		await say(containerId, 'one');
		let isAsked = (): void => undefined;
		let open = (): void => undefined;
		const asked = new Promise<void>((resolve) => (isAsked = resolve));
		const opened = new Promise<void>((resolve) => (open = resolve));
		const room = (): Promise<void> => {
			isAsked();
			return opened;
		};
		const seen: string[] = [];
		const following = (async () => {
			for await (const { lines } of engine.followLog(containerId, { room, signal: never })) {
				seen.push(...lines.map(({ message }) => message));
				if (seen.length > 0) return;
			}
		})();
		await asked;
		expect(seen).to.deep.equal([]);
		open();
		await following;
		expect(seen).to.deep.equal(['one']);
	});

	it('must end a followed log when its container is removed', async () => {
		const { engine, say } = under();
		const containerId = await run();
		await say(containerId, 'one');
		const seen: string[] = [];
		for await (const { lines } of engine.followLog(containerId, { signal: never })) {
			seen.push(...lines.map(({ message }) => message));
			await engine.removeContainer(containerId, never);
		}
		expect(seen).to.deep.equal(['one']);
	});
}
