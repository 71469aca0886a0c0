import { expect } from 'chai';
import { UpdatesLockedError } from '../../kit/errors.ts';
import type { NewEvent } from '../../model/event.ts';
import type { UpdateLocks } from '../../ports/host.ts';
import { witnessLocks } from './witnessed-locks.ts';

describe('witnessLocks', () => {
	let events: NewEvent[];
	let inTheWay: UpdatesLockedError | undefined;
	let locks: UpdateLocks;
	beforeEach(() => {
		events = [];
		inTheWay = undefined;
		const real: UpdateLocks = {
			take: () => (inTheWay === undefined ? Promise.resolve() : Promise.reject(inTheWay)),
			release: () => Promise.resolve(),
			untilReleased: () => Promise.resolve(),
		};
		locks = witnessLocks(real, {
			publish: (event) => events.push(event),
			appUuidOf: () => 'u',
		});
	});

	it('must tell what is taken and what is given back, once each', async () => {
		await locks.take(7, ['web', 'db'], { force: false });
		await locks.release(7, ['web']);
		await locks.release(7, 'all');
		await locks.release(7, ['web', 'db']);
		const app = { appUuid: 'u', appId: 7 };
		expect(events).to.deep.equal([
			{ type: 'lock.taken', ...app, services: ['web', 'db'] },
			{ type: 'lock.released', ...app, services: ['web'] },
			{ type: 'lock.released', ...app, services: ['db'] },
		]);
	});

	it('must tell who stands in the way once, and again after it was free', async () => {
		const lock = { path: '/x', appId: 7, serviceName: 'web', ownerUid: 1000, since: 0 };
		inTheWay = new UpdatesLockedError('locked', { lock });
		const attempt = (): Promise<unknown> =>
			locks.take(7, ['web'], { force: false }).catch((err: unknown) => err);
		expect(await attempt()).to.equal(inTheWay);
		await attempt();
		expect(events).to.have.lengthOf(1);
		expect(events[0]).to.include({
			type: 'lock.waiting',
			path: '/x',
			serviceName: 'web',
			heldSince: '1970-01-01T00:00:00.000Z',
		});
		inTheWay = undefined;
		await locks.take(7, ['web'], { force: false });
		inTheWay = new UpdatesLockedError('locked', { lock });
		await attempt();
		expect(events.map(({ type }) => type)).to.deep.equal([
			'lock.waiting',
			'lock.taken',
			'lock.waiting',
		]);
	});
});
