import { messageOf, SupervisorError } from '../kit/errors.ts';
import {
	CertificateDatesError,
	clockTrouble,
	holdsAt,
	type CertificateDates,
} from './certificate-dates.ts';
import { portalHint } from './web-page.ts';

const otherName = `its certificate is made for another name; ${portalHint}`;

const certificateReasons: Readonly<Record<string, string>> = {
	CERT_NOT_YET_VALID: 'its certificate is not yet valid; the clock of this device may be wrong',
	CERT_HAS_EXPIRED: 'its certificate has expired, or the clock of this device is wrong',
	ERR_TLS_CERT_ALTNAME_INVALID: otherName,
	CERT_SIGNATURE_FAILURE: 'its certificate is damaged',
	CERT_REVOKED: 'its certificate was revoked',
	HOSTNAME_MISMATCH: otherName,
};

const untrusted =
	'its certificate is not trusted; name the authority with balenaRootCA in config.json';

const reasons: Readonly<Record<string, string>> = {
	ENOTFOUND: 'its name cannot be resolved (DNS)',
	EAI_AGAIN: 'its name cannot be resolved at the moment (DNS)',
	ETIMEOUT: 'its name was not resolved in time (DNS)',
	ECONNREFUSED: 'it refused the connection',
	ECONNRESET: 'it broke the connection',
	EPIPE: 'it broke the connection',
	ETIMEDOUT: 'it did not answer in time',
	ESOCKETTIMEDOUT: 'it did not answer in time',
	EHOSTUNREACH: 'there is no route to it',
	ENETUNREACH: 'there is no network',
	EADDRNOTAVAIL: 'there is no network',
	EPROTO: 'it does not speak TLS on this port',
	ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port',
	DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
	SELF_SIGNED_CERT_IN_CHAIN: untrusted,
	UNABLE_TO_GET_ISSUER_CERT: untrusted,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
	...certificateReasons,
};

/** What was seen on the way to a failure. */
export interface FailureFacts {
	/** The certificates that the other side showed, its own first. */
	readonly certificates: readonly CertificateDates[];
	/** Wall time of this device. */
	readonly now: Date;
	/** Of a proxy in between. */
	readonly proxyHost?: string | undefined;
}

/**
 * A failure below HTTP in words a user can act on: which host, and what is wrong with it.
 * @returns a SupervisorError with CLOUD_UNREACHABLE; a CertificateDatesError when dates are why
 */
export function toNetworkFailure(err: unknown, url: string, facts?: FailureFacts): SupervisorError {
	const code = errorCodeOf(err);
	const cause = originOf(err);
	const dates = timeCodes.has(code) ? firstOutOfDate(facts) : undefined;
	if (facts !== undefined && dates !== undefined) {
		const message = unreachableText(url, clockTrouble(dates, facts.now), facts.proxyHost);
		return new CertificateDatesError(message, { dates, cause });
	}
	const reason = reasons[code] ?? reasonOfClass(code) ?? messageOf(err).replace(/^Error: /, '');
	const message = unreachableText(url, reason, facts?.proxyHost);
	return new SupervisorError(message, { code: 'CLOUD_UNREACHABLE', cause });
}

/** @param reason - a half sentence in which the host is `it` */
export function unreachableText(url: string, reason: string, proxyHost?: string): string {
	const way = proxyHost === undefined ? '' : ` through the proxy ${proxyHost}`;
	return `The cloud API at ${hostOf(url)} cannot be reached${way}: ${reason}`;
}

const timeCodes: ReadonlySet<string> = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);

function firstOutOfDate(facts: FailureFacts | undefined): CertificateDates | undefined {
	return facts?.certificates.find((dates) => !holdsAt(dates, facts.now));
}

/** Host and port of a URL, for messages; the text itself when it is not a URL. */
export function hostOf(url: string): string {
	return URL.canParse(url) ? new URL(url).host : url;
}

function errorCodeOf(err: unknown): string {
	const origin = originOf(err);
	return origin instanceof Error && 'code' in origin && typeof origin.code === 'string'
		? origin.code
		: '';
}

/** The failure that has a code: request-promise wraps it, and Node gathers those of several addresses in one. */
function originOf(err: unknown): unknown {
	if (!(err instanceof Error) || ('code' in err && typeof err.code === 'string')) return err;
	if (err.cause instanceof Error) return originOf(err.cause);
	return 'error' in err && err.error instanceof Error ? originOf(err.error) : err;
}

function reasonOfClass(code: string): string | undefined {
	if (code.startsWith('HPE_')) return 'it does not speak HTTP on this port';
	return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
		? `the TLS handshake failed (${code})`
		: undefined;
}
