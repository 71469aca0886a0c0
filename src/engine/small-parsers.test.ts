import { expect } from 'chai';
import { chooseApiVersion } from './api-version.ts';
import { parseEvent } from './events.ts';
import { nameAndVersion } from './image-name.ts';
import { linesOf } from '../kit/text-lines.ts';
import { toSince, toUtcStamp } from './log-stamp.ts';
import { toCreation } from './networks.ts';

describe('chooseApiVersion', () => {
	const cases = [
		{ name: 'Docker 20.10', told: { ApiVersion: '1.41', MinAPIVersion: '1.12' }, chosen: 'v1.41' },
		{ name: 'newer', told: { ApiVersion: '1.50', MinAPIVersion: '1.24' }, chosen: 'v1.41' },
		{ name: 'Docker 29', told: { ApiVersion: '1.52', MinAPIVersion: '1.44' }, chosen: 'v1.44' },
		{ name: 'older', told: { ApiVersion: '1.40', MinAPIVersion: '1.12' }, chosen: 'v1.40' },
		{ name: 'silent', told: {}, chosen: 'v1.41' },
	];
	for (const { name, told, chosen } of cases) {
		it(`must choose ${chosen}: ${name}`, () => expect(chooseApiVersion(told)).to.equal(chosen));
	}
});

describe('nameAndVersion', () => {
	const cases = [
		['busybox', 'busybox', 'latest'],
		['busybox:1.36', 'busybox', '1.36'],
		['registry.test:5000/v2/abc', 'registry.test:5000/v2/abc', 'latest'],
		['registry.test:5000/v2/abc:1', 'registry.test:5000/v2/abc', '1'],
		['registry.test/v2/abc@sha256:12', 'registry.test/v2/abc', 'sha256:12'],
		['registry.test/v2/abc:1@sha256:12', 'registry.test/v2/abc', 'sha256:12'],
	] as const;
	for (const [reference, name, version] of cases) {
		it(`must split ${reference}`, () =>
			expect(nameAndVersion(reference)).to.deep.equal({ name, version }));
	}
});

describe('parseEvent', () => {
	const line =
		'{"status":"start","Type":"container","Action":"start","Actor":{"ID":"ab","Attributes":{"name":"web"}},"time":1,"timeNano":1790000000123456789}';

	it('must keep every digit of the time', () => {
		expect(parseEvent(line)).to.deep.equal({
			type: 'container',
			action: 'start',
			objectId: 'ab',
			attributes: { name: 'web' },
			timeNano: '1790000000123456789',
		});
	});

	it('must skip what is no event of ours', () => {
		for (const other of ['', 'no json', '[]', '{}', line.replace('container', 'plugin')]) {
			expect(parseEvent(other)).to.equal(undefined);
		}
	});
});

describe('stamps of log lines', () => {
	it('must keep nanoseconds exactly', () => {
		expect(toSince('2026-01-02T03:04:05.000000001Z')).to.equal('1767323045.000000001');
		expect(toSince('2026-01-02T03:04:05.12Z')).to.equal('1767323045.120000000');
	});

	it('must read stamps with fewer digits and with a zone', () => {
		const expected = '2026-01-02T03:04:05.000000000Z';
		for (const text of [expected, '2026-01-02T03:04:05Z', '2026-01-02T04:04:05.000+01:00']) {
			expect(toUtcStamp(text)).to.equal(expected);
			expect(toSince(text)).to.equal('1767323045.000000000');
		}
	});

	it('must not take anything for a stamp', () => {
		for (const text of ['', 'x', '2026-01-02', '2026-99-02T03:04:05Z']) {
			expect(toUtcStamp(text)).to.equal(undefined);
			expect(toSince(text)).to.equal(undefined);
		}
	});
});

describe('linesOf', () => {
	it('must join chunks, and skip empty lines', async () => {
		async function* chunks(): AsyncGenerator<Buffer> {
			for (const text of ['a', 'b\n\nc\n', 'd']) yield await Promise.resolve(Buffer.from(text));
		}
		const lines: string[] = [];
		for await (const line of linesOf(chunks())) lines.push(line);
		expect(lines).to.deep.equal(['ab', 'c', 'd']);
	});
});

describe('toCreation', () => {
	const spec = {
		name: 'app_default',
		driver: 'bridge',
		driverOpts: {},
		ipam: { driver: 'default', config: [], options: {} },
		enableIpv6: false,
		internal: false,
		configOnly: false,
		labels: {},
	};

	it('must give the supervisor network a bridge of that name', () => {
		const range = { subnet: '10.114.104.0/25', gateway: '10.114.104.1' };
		const creation = toCreation({
			...spec,
			name: 'supervisor0',
			ipam: { ...spec.ipam, config: [range] },
		});
		expect(creation.Options).to.deep.equal({ 'com.docker.network.bridge.name': 'supervisor0' });
		expect(creation.IPAM.Config).to.deep.equal([
			{ Subnet: '10.114.104.0/25', Gateway: '10.114.104.1' },
		]);
	});

	it('must pass the whole of an address range on', () => {
		const range = {
			...{ subnet: '10.1.0.0/16', gateway: '10.1.0.1', ipRange: '10.1.5.0/24' },
			auxAddresses: { host: '10.1.0.2' },
		};
		const { IPAM, Options } = toCreation({ ...spec, ipam: { ...spec.ipam, config: [range] } });
		expect(Options).to.deep.equal({});
		expect(IPAM.Config).to.deep.equal([
			{
				Subnet: '10.1.0.0/16',
				Gateway: '10.1.0.1',
				IPRange: '10.1.5.0/24',
				AuxiliaryAddresses: { host: '10.1.0.2' },
			},
		]);
	});
});
