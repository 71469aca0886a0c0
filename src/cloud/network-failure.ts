import { messageOf, SupervisorError } from '../kit/errors.ts';

const certificateReasons: Readonly<Record<string, string>> = {
	CERT_NOT_YET_VALID: 'its certificate is not yet valid; the clock of this device may be wrong',
	CERT_HAS_EXPIRED: 'its certificate has expired, or the clock of this device is wrong',
	ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is made for another name',
	CERT_SIGNATURE_FAILURE: 'its certificate is damaged',
	CERT_REVOKED: 'its certificate was revoked',
	HOSTNAME_MISMATCH: 'its certificate is made for another name',
};

const untrusted =
	'its certificate is not trusted; name the authority with balenaRootCA in config.json';

const reasons: Readonly<Record<string, string>> = {
	ENOTFOUND: 'its name cannot be resolved (DNS)',
	EAI_AGAIN: 'its name cannot be resolved at the moment (DNS)',
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

/**
 * A failure below HTTP in words a user can act on: which host, and what is wrong with it.
 * @returns a SupervisorError with CLOUD_UNREACHABLE
 */
export function toNetworkFailure(err: unknown, url: string): SupervisorError {
	const code = errorCodeOf(err);
	const reason = reasons[code] ?? reasonOfClass(code) ?? messageOf(err).replace(/^Error: /, '');
	return new SupervisorError(`The cloud API at ${hostOf(url)} cannot be reached: ${reason}`, {
		code: 'CLOUD_UNREACHABLE',
		cause: originOf(err),
	});
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
