import { expect } from 'chai';
import { messageOf } from '../kit/errors.ts';
import { readHostConfigBody } from './host-config-body.ts';

const read = (network: unknown) => readHostConfigBody({ network });

describe('the body of a change of the host config', () => {
	const strict: { network: object; patch: object }[] = [
		{ network: {}, patch: {} },
		{ network: { hostname: 'hall-7' }, patch: { hostname: 'hall-7' } },
		{ network: { hostname: '' }, patch: { hostname: '' } },
		{ network: { proxy: {} }, patch: { proxy: {} } },
		{
			network: {
				proxy: { type: 'socks5', ip: '10.0.0.9', port: 1080, login: 'a b', password: ';"' },
			},
			patch: {
				proxy: { type: 'socks5', ip: '10.0.0.9', port: '1080', login: 'a b', password: ';"' },
			},
		},
		{ network: { proxy: { port: '1080' } }, patch: { proxy: { port: '1080' } } },
		{ network: { proxy: { dns: true } }, patch: { proxy: { dns: '8.8.8.8:53' } } },
		{ network: { proxy: { dns: false } }, patch: { proxy: { dns: false } } },
		{ network: { proxy: { dns: '9.9.9.9:53' } }, patch: { proxy: { dns: '9.9.9.9:53' } } },
		{ network: { proxy: { noProxy: [] } }, patch: { proxy: { noProxy: [] } } },
		{
			network: { proxy: { noProxy: ['a', '10.0.0.0/8'] } },
			patch: { proxy: { noProxy: ['a', '10.0.0.0/8'] } },
		},
	];
	for (const { network, patch } of strict) {
		it(`must be taken as it is: ${JSON.stringify(network)}`, () => {
			expect(read(network)).to.deep.equal({ patch, oddities: [] });
		});
	}

	const lenient: { proxy: object; patch: object; oddities: number }[] = [
		{ proxy: { type: 'shadowsocks' }, patch: { type: 'shadowsocks' }, oddities: 1 },
		{ proxy: { port: -1, ip: 5 }, patch: { port: '-1', ip: '5' }, oddities: 2 },
		{ proxy: { login: 7, password: true }, patch: { login: '7', password: 'true' }, oddities: 2 },
		{ proxy: { noProxy: 'a, b\nc' }, patch: { noProxy: ['a', 'b', 'c'] }, oddities: 1 },
		{ proxy: { noProxy: [1] }, patch: { noProxy: ['1'] }, oddities: 1 },
		{ proxy: { ip: 'a', local_port: 1 }, patch: { ip: 'a' }, oddities: 1 },
	];
	for (const { proxy, patch, oddities } of lenient) {
		it(`must be taken with a warning: ${JSON.stringify(proxy)}`, () => {
			const request = read({ proxy });
			expect(request.patch).to.deep.equal({ proxy: patch });
			expect(request.oddities).to.have.length(oddities);
		});
	}

	for (const proxy of [{ local_port: 1 }, { Port: 1080 }, { dns: null, noProxy: null, ip: null }]) {
		it(`must not take the proxy away: ${JSON.stringify(proxy)}`, () => {
			expect(read({ proxy }).patch).to.deep.equal({});
			expect(read({ proxy }).oddities).to.not.have.length(0);
		});
	}

	const bodies: unknown[] = [
		...[undefined, null, 'x', {}, { network: null }, { network: [] }, { network: 'x' }],
		...[5, null, 'a b', 'a\nb', 'x'.repeat(300)].map((hostname) => ({ network: { hostname } })),
		...[null, [], 'x', 5].map((proxy) => ({ network: { proxy } })),
		...[
			...[{ ip: {} }, { ip: 'a;b' }, { type: 'a }' }, { port: [1] }, { login: 'a\nb' }],
			...[{ dns: 5 }, { dns: '9.9.9.9' }, { dns: {} }, { dns: 'a;b:53' }],
			...[{ noProxy: 5 }, { noProxy: ['a\nb'] }, { noProxy: ['a b'] }, { noProxy: [{}] }],
		].map((proxy) => ({ network: { proxy } })),
	];
	for (const body of bodies) {
		it(`must be refused with a text that the cloud passes on: ${JSON.stringify(body)}`, () => {
			let message = '';
			try {
				readHostConfigBody(body);
			} catch (err) {
				message = messageOf(err);
			}
			expect(message).to.match(/^The host config is not valid: [A-Za-z0-9\s:'.?!,/-]+$/);
		});
	}
});
