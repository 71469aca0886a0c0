import { expect } from 'chai';
import { createPatience } from './patience.ts';

const host = 'api.example.com';

describe('createPatience', () => {
	it('must wait for a first connection as long as the setting says', () => {
		expect(createPatience(() => 59_000).connectMs(host)).to.equal(59_000);
	});

	it('must give up on a fast network early, but not before lost packets were sent anew', () => {
		const patience = createPatience(() => 59_000);
		patience.connected(host, 40);
		expect(patience.connectMs(host)).to.equal(10_000);
	});

	it('must follow the slowest of the last eight connections', () => {
		const patience = createPatience(() => 59_000);
		patience.connected(host, 6000);
		expect(patience.connectMs(host)).to.equal(24_000);
		for (let i = 0; i < 8; i++) patience.connected(host, 3000);
		expect(patience.connectMs(host)).to.equal(12_000);
	});

	it('must wait twice as long after each miss, up to the setting, and learn anew from the next', () => {
		const patience = createPatience(() => 59_000);
		patience.connected(host, 40);
		const limits = [1, 2, 3, 4].map(() => {
			patience.missed(host);
			return patience.connectMs(host);
		});
		expect(limits).to.deep.equal([20_000, 40_000, 59_000, 59_000]);
		patience.connected(host, 100);
		expect(patience.connectMs(host)).to.equal(10_000);
	});

	it('must never wait longer than the setting for a connection or for silence, also when that is short', () => {
		let settingMs = 59_000;
		const patience = createPatience(() => settingMs);
		patience.connected(host, 50_000);
		expect(patience.connectMs(host)).to.equal(59_000);
		settingMs = 5000;
		expect([patience.connectMs(host), patience.silenceMs()]).to.deep.equal([5000, 5000]);
	});

	it('must survive a server that takes 55 s to answer, whatever was seen before', () => {
		const patience = createPatience(() => 59_000);
		for (let i = 0; i < 100; i++) patience.connected(host, 10);
		expect(patience.silenceMs()).to.be.above(55_000);
	});

	it('must know hosts apart, and forget those it has not met for long', () => {
		const patience = createPatience(() => 59_000);
		patience.connected('slow', 10_000);
		patience.connected(host, 10);
		expect([patience.connectMs('slow'), patience.connectMs(host)]).to.deep.equal([40_000, 10_000]);
		for (let i = 0; i < 16; i++) patience.connected(`host${i}`, 10);
		expect(patience.connectMs('slow')).to.equal(59_000);
	});
});
