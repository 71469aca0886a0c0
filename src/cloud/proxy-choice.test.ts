import { expect } from 'chai';
import { createProxyChoice, type ProxySettings } from './proxy-choice.ts';

const proxy = 'http://proxy.example:3128/';
const both = { httpProxy: 'http://proxy.example:3128', httpsProxy: 'https://safe.example' };

describe('createProxyChoice', () => {
	const cases: readonly {
		readonly name: string;
		readonly settings: ProxySettings;
		readonly url: string;
		readonly proxy: string | undefined;
	}[] = [
		{ name: 'no proxy when none is set', settings: {}, url: 'https://a.example', proxy: undefined },
		{ name: 'the one for http', settings: both, url: 'http://a.example', proxy },
		{
			name: 'the one for https',
			settings: both,
			url: 'https://a.example',
			proxy: 'https://safe.example/',
		},
		{
			name: 'the one for http, for https too, when it is alone',
			settings: { httpProxy: 'http://proxy.example:3128' },
			url: 'https://a.example',
			proxy,
		},
		{
			name: 'one that is given without a scheme',
			settings: { httpsProxy: 'proxy.example:3128' },
			url: 'https://a.example',
			proxy,
		},
		{
			name: 'no proxy when its address is nonsense',
			settings: { httpProxy: 'http://:::' },
			url: 'http://a.example',
			proxy: undefined,
		},
	];
	for (const { name, settings, url, proxy: expected } of cases) {
		it(`must choose ${name}`, () => expect(createProxyChoice(settings)(url)).to.equal(expected));
	}

	const exceptions = [
		{ noProxy: '*', url: 'http://a.example', isDirect: true },
		{ noProxy: 'a.example', url: 'http://a.example', isDirect: true },
		{ noProxy: 'x.example, .example', url: 'http://a.example', isDirect: true },
		{ noProxy: '*.example', url: 'http://b.a.example', isDirect: true },
		{ noProxy: 'a.example', url: 'http://b.a.example', isDirect: true },
		{ noProxy: 'a.example', url: 'http://ba.example', isDirect: false },
		{ noProxy: 'A.Example', url: 'http://a.EXAMPLE', isDirect: true },
		{ noProxy: 'a.example:8080', url: 'http://a.example', isDirect: false },
		{ noProxy: 'a.example:443', url: 'https://a.example', isDirect: true },
		{ noProxy: '10.0.0.0/8', url: 'http://10.20.30.40:8080', isDirect: true },
		{ noProxy: '10.0.0.0/8', url: 'http://11.20.30.40', isDirect: false },
		{ noProxy: '10.0.0.0/99', url: 'http://10.20.30.40', isDirect: false },
		{ noProxy: 'fd00::/8', url: 'http://[fd12::1]:80', isDirect: true },
		{ noProxy: '[fd12::1]:80', url: 'http://[fd12::1]', isDirect: true },
		{ noProxy: '', url: 'http://127.0.0.1:1234', isDirect: true },
		{ noProxy: '', url: 'http://[::1]:1234', isDirect: true },
		{ noProxy: '', url: 'http://localhost', isDirect: true },
		{ noProxy: '', url: 'no address', isDirect: true },
	];
	for (const { noProxy, url, isDirect } of exceptions) {
		it(`must ask ${url} ${isDirect ? 'directly' : 'through it'} with “${noProxy}”`, () => {
			const choice = createProxyChoice({ ...both, noProxy });
			expect(choice(url)).to.equal(isDirect ? undefined : proxy);
		});
	}
});
