import { expect } from 'chai';
import { suspicionOf, type RequestOrigin, type Suspicion } from './foreign-page.ts';

const uuid = '5c1d0f6be2a94b7f8c3355aa90e7d214';

describe('a web page that asks', () => {
	const good: RequestOrigin[] = [
		{},
		...[
			`${uuid}.balena:48484`,
			...['10.0.0.2:48484', '10.0.0.2', '[fd00::1]:48484', '[::1]', '127.0.0.1:48484'],
			...['localhost:48484', 'gate-12.local', 'gate-12.LOCAL.:48484', 'supervisor', 'web_1:48484'],
			...['host.docker.internal:48484', 'gate.fritz.lan', 'gate.home.arpa'],
		].map((host) => ({ host })),
		{ host: '10.0.0.2:48484', origin: 'http://10.0.0.2:48484' },
		{ host: 'gate-12.local:80', origin: 'http://gate-12.local' },
		{ host: '[fd00::1]:48484', referer: 'http://[fd00::1]:48484/page?x=1' },
		{ host: 'localhost', origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
		{ host: 'localhost', 'sec-fetch-site': 'none' },
	];
	for (const headers of good) {
		it(`must not be suspected: ${JSON.stringify(headers)}`, () => {
			expect(suspicionOf(headers)).to.equal(undefined);
		});
	}

	const bad: [headers: RequestOrigin, suspicion: Suspicion][] = [
		[{ host: 'evil.example:48484' }, 'host'],
		[{ host: '10.0.0.2.evil.example' }, 'host'],
		[{ host: 'local.evil.example', origin: 'http://local.evil.example' }, 'host'],
		[{ host: 'notlocal.example' }, 'host'],
		[{ host: '10.0.0.2:48484', origin: 'http://evil.example' }, 'origin'],
		[{ host: '10.0.0.2:48484', origin: 'http://10.0.0.2' }, 'origin'],
		[{ host: '10.0.0.2:48484', origin: 'null' }, 'origin'],
		[{ host: '10.0.0.2:48484', referer: 'http://evil.example/page' }, 'origin'],
		[{ host: 'localhost', 'sec-fetch-site': 'cross-site' }, 'origin'],
		[{ origin: 'http://evil.example' }, 'origin'],
	];
	for (const [headers, suspicion] of bad) {
		it(`must be suspected for its ${suspicion}: ${JSON.stringify(headers)}`, () => {
			expect(suspicionOf(headers)).to.equal(suspicion);
		});
	}
});
