import { expect } from 'chai';
import { silentLogger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import type { FirewallWish } from '../../model/firewall.ts';
import { computeFirewallWish } from '../../plan/host/firewall-wish.ts';
import type { Settings } from '../../config/settings.ts';
import { createStateBoard, type StateBoard } from '../board.ts';
import { targetOf } from '../testing/target-documents.ts';
import { createFirewallKeeper } from './firewall-keeper.ts';

const hourMs = 3_600_000;

describe('the keeper of the firewall', () => {
	let board: StateBoard;
	let clock: FakeClock;
	let settings: Pick<Settings, 'firewallMode'>;
	let isApiOpen: boolean;
	let applied: FirewallWish[];
	let said: string[];
	let fault: Error | undefined;
	let end: () => Promise<void>;

	const setTarget = async (mode: Settings['firewallMode'], networkMode: string): Promise<void> => {
		settings = { firewallMode: mode };
		board.update({
			target: targetOf({ services: { web: { composition: { network_mode: networkMode } } } }),
		});
		await clock.advance(0);
	};
	beforeEach(async () => {
		board = createStateBoard();
		clock = createFakeClock();
		settings = { firewallMode: 'off' };
		[isApiOpen, applied, said, fault] = [false, [], [], undefined];
		const keeper = createFirewallKeeper({
			firewall: {
				apply(wish) {
					applied.push(wish);
					return fault === undefined ? Promise.resolve() : Promise.reject(fault);
				},
			},
			board,
			wish: ({ target, observed }) =>
				computeFirewallWish({ settings, isApiOpen, apiPort: 48_484, target, observed }),
			announce: (message) => void said.push(message),
			...{ clock, log: silentLogger },
		});
		const ending = new AbortController();
		const ended = keeper.run(ending.signal);
		end = async () => {
			ending.abort();
			await ended;
		};
		await clock.advance(0);
	});
	afterEach(() => end());

	it('must write the rules at its start, before there is any target', () => {
		expect(applied.map(({ isClosed }) => isClosed)).to.deep.equal([false]);
	});

	it('must follow the mode', async () => {
		await setTarget('on', 'bridge');
		await setTarget('off', 'bridge');
		expect(applied.map(({ isClosed }) => isClosed)).to.deep.equal([false, true, false]);
	});

	it('must follow local mode', async () => {
		isApiOpen = true;
		await setTarget('off', 'bridge');
		expect(applied.map((wish) => wish.isApiOpen)).to.deep.equal([false, true]);
	});

	it('must follow the apps in auto', async () => {
		await setTarget('auto', 'bridge');
		await setTarget('auto', 'host');
		await setTarget('auto', 'bridge');
		expect(applied.map(({ isClosed }) => isClosed)).to.deep.equal([false, true, false]);
	});

	it('must write nothing while nothing changes, but once an hour', async () => {
		await setTarget('off', 'host');
		await setTarget('off', 'bridge');
		expect(applied).to.have.lengthOf(1);
		await clock.advance(hourMs);
		expect(applied).to.have.lengthOf(2);
	});

	it('must say once that it failed, and try again with a change and after an hour', async () => {
		fault = new Error('no iptables');
		await setTarget('on', 'bridge');
		await clock.advance(hourMs);
		expect(said).to.deep.equal(['Firewall mode not applied due to error']);
		fault = undefined;
		await clock.advance(hourMs);
		fault = new Error('no iptables');
		await setTarget('off', 'bridge');
		expect(applied).to.have.lengthOf(5);
		expect(said).to.have.lengthOf(2);
	});
});
