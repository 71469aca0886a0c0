import { expect } from 'chai';
import { parseServiceComposition } from './composition-parser.ts';
import { claimsOf, claimText, overlaps, sharesAddress, type PortClaim } from './host-ports.ts';

function claimsIn(body: Record<string, unknown>): readonly PortClaim[] {
	const parsed = parseServiceComposition(body, 'services.web');
	if (!parsed.ok) throw new Error(parsed.reasons.join('; '));
	return claimsOf(parsed.value);
}

describe('claimsOf', () => {
	const cases = [
		{ ports: ['80'], texts: ['80/tcp'] },
		{ ports: ['127.0.0.1:8080:80/udp'], texts: ['127.0.0.1:8080/udp'] },
		{ ports: ['[::1]:53:53'], texts: ['[::1]:53/tcp'] },
		{ ports: ['8000-8001:80-81'], texts: ['8000/tcp', '8001/tcp'] },
		{ ports: ['8000-8010:80'], texts: ['8000-8010/tcp'] },
		{ ports: [{ target: 80 }], texts: [] },
	];
	for (const { ports, texts } of cases) {
		it(`must tell what ${JSON.stringify(ports)} want of the host`, () => {
			expect(claimsIn({ ports }).map(claimText)).to.deep.equal(texts);
		});
	}

	it("must be empty for a service that has the host's network, or none", () => {
		for (const network_mode of ['host', 'none']) {
			expect(claimsIn({ network_mode, ports: ['80:80'] })).to.deep.equal([]);
		}
	});
});

describe('sharesAddress', () => {
	const cases: readonly (readonly [string, string, boolean])[] = [
		['', '', true],
		['', '127.0.0.1', true],
		['', '::1', true],
		['0.0.0.0', '127.0.0.1', true],
		['0.0.0.0', '::', false],
		['0.0.0.0', '::1', false],
		['::', '::1', true],
		['::', '127.0.0.1', false],
		['127.0.0.1', '127.0.0.1', true],
		['127.0.0.1', '127.0.0.2', false],
	];
	for (const [one, other, expected] of cases) {
		it(`must say ${expected} of "${one}" and "${other}", in either order`, () => {
			expect(sharesAddress(one, other)).to.equal(expected);
			expect(sharesAddress(other, one)).to.equal(expected);
		});
	}
});

describe('overlaps', () => {
	const claim = { hostIp: '', first: 80, last: 80, protocol: 'tcp' };
	const cases = [
		{ other: { ...claim }, expected: true },
		{ other: { ...claim, protocol: 'udp' }, expected: false },
		{ other: { ...claim, first: 70, last: 90 }, expected: true },
		{ other: { ...claim, first: 81, last: 90 }, expected: false },
	];
	for (const { other, expected } of cases) {
		it(`must say ${expected} of ${claimText(claim)} and ${claimText(other)}`, () => {
			expect(overlaps(claim, other)).to.equal(expected);
			expect(overlaps(other, claim)).to.equal(expected);
		});
	}
});
