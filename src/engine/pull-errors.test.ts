import { expect } from 'chai';
import { refusalOf, unavailable } from './errors.ts';
import { toPullError } from './pull-errors.ts';

const reference = 'registry.test/v2/abc:1';

/** As engines and registries word them. */
const cases = [
	{
		name: 'no such tag',
		text: 'manifest for registry.test/v2/abc:1 not found: manifest unknown: manifest unknown',
		says: 'the registry has no such image',
	},
	{
		name: 'refused without credentials',
		text: "pull access denied for registry.test/v2/abc, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
		says: 'the registry wants credentials, or has no such image',
	},
	{
		name: 'refused with credentials',
		text: 'Head "https://registry.test/v2/abc/manifests/1": unauthorized: authentication required',
		hasCredentials: true,
		says: 'the registry refuses our credentials, or has no such image',
	},
	{
		name: 'down',
		text: 'Get "https://registry.test/v2/": dial tcp 10.0.0.1:443: connect: connection refused',
		says: 'the registry cannot be reached (connection refused)',
	},
	{
		name: 'unknown host',
		text: 'Get "https://registry.test/v2/": dial tcp: lookup registry.test on 1.1.1.1:53: no such host',
		says: 'the registry cannot be reached (no such host)',
	},
	{
		name: 'slow',
		text: 'Get "https://registry.test/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
		says: 'the registry cannot be reached (Client.Timeout)',
	},
	{
		name: 'untrusted',
		text: 'Get "https://registry.test/v2/": x509: certificate signed by unknown authority',
		says: 'the connection to the registry cannot be trusted (x509: certificate signed by unknown authority)',
	},
	{
		name: 'without TLS',
		text: 'Get "https://registry.test/v2/": http: server gave HTTP response to HTTPS client',
		says: 'the registry does not speak HTTPS, and the engine does not trust it without',
	},
	{
		name: 'too many pulls',
		text: 'toomanyrequests: You have reached your pull rate limit',
		says: 'the registry wants us to wait (too many requests)',
	},
	{ name: 'anything else', text: 'layers disagree', says: 'layers disagree' },
];

describe('toPullError', () => {
	for (const { name, text, says, hasCredentials = false } of cases) {
		it(`must say what is wrong: ${name}`, () => {
			const err = toPullError(refusalOf(text, { statusCode: 500 }), { reference, hasCredentials });
			expect(err).to.have.property('code', 'IMAGE_PULL_FAILED');
			expect(err).to.have.property('message', `${reference} could not be downloaded: ${says}`);
		});
	}

	it('must leave failures alone that are not of the registry', () => {
		const context = { reference, hasCredentials: false };
		const away = unavailable('it is away');
		expect(toPullError(away, context)).to.equal(away);
	});

	it('must name the image for which there is no room', () => {
		const full = refusalOf('write /x: no space left on device');
		const err = toPullError(full, { reference, hasCredentials: false });
		expect(err).to.have.property('code', 'NO_SPACE');
		expect(err).to.have.property(
			'message',
			`${reference} could not be downloaded: the disk is full`,
		);
	});

	it('must name the image that is for another architecture', () => {
		const err = toPullError(refusalOf('no matching manifest for linux/amd64 in the list'), {
			reference,
			hasCredentials: false,
		});
		expect(err).to.have.property('code', 'IMAGE_WRONG_ARCHITECTURE');
		expect(err)
			.to.have.property('message')
			.match(/^registry\.test\/v2\/abc:1: /);
	});
});
