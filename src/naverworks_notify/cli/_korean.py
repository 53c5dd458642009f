"""Sentences of the library in Korean, for the command line: the library itself speaks English.

A sentence that is not here comes out in English, which is better than not at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

__all__ = ["in_korean"]

# {} stands for what a sentence quotes, in the same order in both languages.
# The more a sentence says, the earlier it stands.
_SENTENCES: Mapping[str, str] = {
    # What the service answered.
    "{}: the service answered {}; the message may or may not have been delivered.": (
        "{}: 서비스가 {} 응답을 보냈습니다. 메시지가 도착했을 수도, 도착하지 않았을 수도 있습니다."
    ),
    "{}: the service answered {}.": "{}: 서비스가 {} 응답을 보냈습니다.",
    "{}: the answer ({}) {}.{}": "{}: 서비스의 응답({})을 읽을 수 없습니다.",
    "{}: no connection was free in time; nothing was sent.": (
        "{}: 제때 빈 연결이 없었습니다. 아무것도 보내지 않았습니다."
    ),
    "{}: the TLS handshake failed; nothing was sent.": (
        "{}: TLS 연결을 맺지 못했습니다. 아무것도 보내지 않았습니다."
    ),
    "{}: the service could not be reached; nothing was sent.": (
        "{}: 서비스에 연결하지 못했습니다. 아무것도 보내지 않았습니다."
    ),
    "{}: the connection was lost before the request was sent; nothing was sent.": (
        "{}: 요청을 보내기 전에 연결이 끊겼습니다. 아무것도 보내지 않았습니다."
    ),
    "{}: {}; the message may or may not have been delivered.": (
        "{}: 응답을 받지 못했습니다. 메시지가 도착했을 수도, 도착하지 않았을 수도 있습니다."
    ),
    "{}: {}; it may have acted all the same.": (
        "{}: 응답을 받지 못했습니다. 서비스에서는 처리되었을 수 있습니다."
    ),
    "{}: the rate budget is used up for another {} s, longer than this call may wait. Call again"
    " later, or allow a longer wait with RetryPolicy(max_wait=...).": (
        "{}: 호출 한도를 다 써서 {}초를 더 기다려야 하는데, 허용한 대기 시간보다 깁니다."
    ),
    "{}: the shared rate budget is used up for another {} s, longer than this call may wait.": (
        "{}: 함께 쓰는 호출 한도를 다 써서 {}초를 더 기다려야 하는데, 허용한 대기 시간보다 깁니다."
    ),
    "{}: the service seems to be down, as several sends in a row may or may not have arrived."
    " Nothing was sent; it is tried again in about {} s.": (
        "{}: 서비스에 장애가 있는 것 같습니다. 아무것도 보내지 않았으며, 약 {}초 뒤에 다시 시도합니다."
    ),
    "{}: this client may not tell that address, so nothing was sent.": (
        "{}: 이 설정에서는 보낼 수 없는 주소입니다. 아무것도 보내지 않았습니다."
    ),
    "{} needs the scope {}; the token has only {}. No call was made.": (
        "{} 호출에 필요한 권한 범위(scope): {}. 액세스 토큰의 권한 범위: {}. 호출하지 않았습니다."
    ),
    # Tokens.
    "The service does not accept the private key of client {}: {}.": (
        "서비스가 앱({})의 Private Key를 받아들이지 않습니다: {}."
    ),
    "The service does not accept the service account of client {}: {}.": (
        "서비스가 앱({})의 서비스 계정을 받아들이지 않습니다: {}."
    ),
    "The service does not accept the app's client ID or secret: {}.": (
        "서비스가 앱의 Client ID 또는 Client Secret을 받아들이지 않습니다: {}."
    ),
    "The app may not ask for all of the scopes {}: {}.": (
        "앱이 요청할 수 없는 권한 범위(scope)가 있습니다. 요청한 값: {}. 응답: {}."
    ),
    "The clock of this machine is {} s ahead of the service's, and the service refused the"
    " assertion: {}.": "이 컴퓨터의 시계가 서비스보다 {}초 빨라 서비스가 거절했습니다: {}.",
    "The clock of this machine is {} s behind the service's, and the service refused the"
    " assertion: {}.": "이 컴퓨터의 시계가 서비스보다 {}초 느려 서비스가 거절했습니다: {}.",
    "The service finds the assertion outside of its time, so the clock of this machine is probably"
    " off: {}.": "이 컴퓨터의 시계가 맞지 않는 것 같습니다. 서비스의 응답: {}.",
    "The service issued no token: {}.": "서비스가 액세스 토큰을 발급하지 않았습니다: {}.",
    "The token endpoint answered with a redirect ({}), which is never followed.": (
        "토큰 주소가 다른 곳으로 옮기라는 응답({})을 보냈습니다. 따르지 않습니다."
    ),
    "The token endpoint answered without a readable access token.": (
        "토큰 주소의 응답에 읽을 수 있는 액세스 토큰이 없습니다."
    ),
    "The token endpoint answered with an expires_in that is no number of seconds.": (
        "토큰 주소의 응답에 있는 expires_in이 초 단위 숫자가 아닙니다."
    ),
    "The token endpoint answered {}.": "토큰 주소의 응답: {}.",
    "The service answered 401 to several access tokens that it had just issued. No call was made;"
    " another token is asked for in a minute.": (
        "서비스가 방금 발급한 액세스 토큰을 여러 번 거절했습니다. 호출하지 않았으며, 1분 뒤에 다시"
        " 요청합니다."
    ),
    # The account and its key.
    "The environment names no service account": "환경 변수에 서비스 계정 정보가 없습니다.",
    "The environment names no bot": "환경 변수의 봇 번호가 올바르지 않습니다.",
    "This service account is refused": "서비스 계정 정보가 올바르지 않습니다.",
    "These endpoints are refused": "서비스 주소가 올바르지 않습니다.",
    "This client is refused": "클라이언트 설정이 올바르지 않습니다.",
    "is not set, and neither is {}.": "설정되어 있지 않으며 {} 변수도 없습니다.",
    "is not set. {} is set; did you mean {}?": (
        "설정되어 있지 않습니다. {} 변수가 있는데 혹시 {} 변수를 뜻하나요?"
    ),
    "is not set{}.": "설정되어 있지 않습니다.",
    "must be the number shown on the bot's page in the Developer Console.": (
        "Developer Console의 봇 페이지에 있는 번호여야 합니다."
    ),
    "is not a scope name.": "권한 범위(scope) 이름이 아닙니다.",
    "holds no scope name in place {}.": "{}번째 값이 권한 범위(scope) 이름이 아닙니다.",
    "must name at least one scope.": "권한 범위(scope)가 하나는 있어야 합니다.",
    "is not the ID of a service account, which looks like x1.serviceaccount@example.com; see"
    " Developer Console > the app > Service Account.": (
        "서비스 계정의 ID가 아닙니다. x1.serviceaccount@example.com과 같은 모양이며, Developer Console >"
        " 해당 앱 > Service Account에서 확인할 수 있습니다."
    ),
    "holds a line break or a control character.": "줄 바꿈이나 제어 문자가 들어 있습니다.",
    "holds a blank, a quote or an equals sign.": "빈칸, 따옴표 또는 등호가 들어 있습니다.",
    "holds typographic quotes, full-width letters or the like.": (
        "둥근 따옴표나 전각 문자 등이 들어 있습니다."
    ),
    "The file named by {} cannot be read: {}.": "{} 변수가 가리키는 파일을 읽을 수 없습니다: {}.",
    "The private key cannot be used: its content is damaged, although its form is right.": (
        "Private Key를 쓸 수 없습니다. 형식은 맞지만 내용이 손상되었습니다."
    ),
    "The private key in the file named by {} cannot be used: {}.": (
        "{} 변수가 가리키는 파일의 Private Key를 쓸 수 없습니다: {}."
    ),
    "The private key in {} cannot be used: {}.": "{} 변수의 Private Key를 쓸 수 없습니다: {}.",
    "The private key cannot be used: {}.": "Private Key를 쓸 수 없습니다: {}.",
    "it is empty": "비어 있습니다",
    "it is encrypted with a passphrase": "암호가 걸려 있습니다",
    "it is binary (DER or PKCS#12), not PEM text": "PEM 텍스트가 아니라 DER이나 PKCS#12 파일입니다",
    "it is not PEM text: no -----BEGIN marker line is in it": (
        "PEM 텍스트가 아닙니다. -----BEGIN 줄이 없습니다"
    ),
    "it is an SSH public key, not an RSA private key": "RSA Private Key가 아니라 SSH 공개 키입니다",
    "it is {}, not an RSA key": "RSA 키가 아닙니다({})",
    "it is a placeholder that was never filled in": "예시 값이 그대로 들어 있습니다",
    "it looks like the path of a file, not like the file's content": (
        "파일의 내용이 아니라 경로로 보입니다"
    ),
    "its -----BEGIN line is damaged": "-----BEGIN 줄이 손상되었습니다",
    "its line breaks were lost (newlines became spaces or vanished)": "줄 바꿈이 사라졌습니다",
    "its base64 text is damaged or cut off": "base64 내용이 손상되었거나 잘렸습니다",
    "its base64 text is cut off": "base64 내용이 잘렸습니다",
    "its base64 text is damaged": "base64 내용이 손상되었습니다",
    "it holds characters that do not belong into base64": "base64에 쓸 수 없는 문자가 있습니다",
    "the -----BEGIN and -----END marker lines are missing": "-----BEGIN 줄과 -----END 줄이 없습니다",
    "the -----END line is missing, so the text is cut off": "-----END 줄이 없습니다. 뒤가 잘렸습니다",
    "the text holds more than one private key": "Private Key가 둘 이상 들어 있습니다",
    "the text is far too long for a key": "키라고 하기에는 너무 깁니다",
    "there is nothing between the -----BEGIN and -----END lines": (
        "-----BEGIN 줄과 -----END 줄 사이가 비어 있습니다"
    ),
    # The way to the service.
    "names no proxy: its host or port is unreadable.": "프록시의 호스트나 포트를 읽을 수 없습니다.",
    "names a proxy of a kind that is not known; http, https, socks5 and socks5h are.": (
        "알 수 없는 종류의 프록시입니다. http, https, socks5, socks5h를 쓸 수 있습니다."
    ),
    "names a SOCKS proxy, and what speaks SOCKS is not installed.": (
        "SOCKS 프록시인데 SOCKS 지원이 설치되어 있지 않습니다."
    ),
    "names a file without a certificate in PEM form.": "PEM 형식의 인증서가 없는 파일입니다.",
    "names no file that can be read: {}.": "읽을 수 있는 파일이 아닙니다: {}.",
    "names no file that can be written.": "쓸 수 있는 파일이 아닙니다.",
    "names no directory with certificates under the names that OpenSSL looks for (`openssl rehash`"
    " makes them).": "OpenSSL이 찾는 이름의 인증서가 없는 폴더입니다(`openssl rehash`로 만듭니다).",
    "is not a URL.": "URL이 아닙니다.",
    "must be an absolute URL.": "전체 URL이어야 합니다.",
    "must be an absolute https:// URL.": "https://로 시작하는 전체 URL이어야 합니다.",
    "must use https://; http:// would send the token in the clear.": (
        "https://를 써야 합니다. http://로는 액세스 토큰이 암호화되지 않습니다."
    ),
    "must be a plain base URL without a query or a fragment.": "쿼리나 # 없는 기본 URL이어야 합니다.",
    "must not carry a user name or password; remove the part before @.": (
        "사용자 이름이나 암호를 넣을 수 없습니다. @ 앞부분을 지우세요."
    ),
    "This machine has no time zone data.": "이 컴퓨터에 시간대 데이터가 없습니다.",
    "{} needs {}, which is not installed.": "{}에 필요한 {} 패키지가 설치되어 있지 않습니다.",
    # Who is told.
    "only_to is on: nobody is told anything": "only_to가 켜져 있어 아무에게도 보내지 않습니다",
    "only_to is on: messages go to {} addresses and {} domains only": (
        "only_to가 켜져 있어 주소 {}개와 도메인 {}개에만 보냅니다"
    ),
    "redirect_to is on: every message goes to one person, whomever it is meant for": (
        "redirect_to가 켜져 있어 받는 사람과 관계없이 모든 메시지를 한 사람에게 보냅니다"
    ),
    "redirect_to is on: every message goes to one room, whomever it is meant for": (
        "redirect_to가 켜져 있어 받는 사람과 관계없이 모든 메시지를 메시지방 한 곳에 보냅니다"
    ),
    "The simulator listens on {}: others in the network can reach it, and read every message in its"
    " inbox.": (
        "시뮬레이터가 {}에서 접속을 받습니다. 네트워크의 다른 사람이 접속해 받은편지함의 모든 메시지를"
        " 읽을 수 있습니다."
    ),
    # Values, and what is wrong with them.
    "The policy options are not usable": "정책 옵션을 쓸 수 없습니다.",
    "The rules do not fit together": "규칙이 서로 맞지 않습니다.",
    "The content is not valid": "메시지 내용이 올바르지 않습니다.",
    "The member file cannot be read; delete it, and the next sync makes it anew": (
        "구성원 파일을 읽을 수 없습니다. 지우면 다음 동기화 때 새로 만듭니다."
    ),
    "is not that of a member file of this version.": "이 버전의 구성원 파일이 아닙니다.",
    "cannot be opened: {}.": "열 수 없습니다: {}.",
    "cannot be used as a state file: {}.": "상태 파일로 쓸 수 없습니다: {}.",
    "is the database of another program, not a state file.": (
        "상태 파일이 아니라 다른 프로그램의 데이터베이스입니다."
    ),
    "{} cannot be read": "{} 값을 읽을 수 없습니다.",
    "{} is not valid": "{} 값이 올바르지 않습니다.",
    "is not a known key. Did you mean {}?": "알 수 없는 키입니다. 혹시 {}인가요?",
    "is not a known key.{}": "알 수 없는 키입니다.",
    "is not a documented key.": "문서에 없는 키입니다.",
    "is required: one of {}.": "필수입니다. 다음 중 하나: {}.",
    "is required: {}.": "필수입니다: {}.",
    "is required here.": "여기에는 필수입니다.",
    "is required.": "필수입니다.",
    "must be one of {}. Did you mean {}?": "다음 중 하나여야 합니다: {}. 혹시 {}인가요?",
    "must be one of {} (ko-KR and ko_KR are read as ko).": (
        "다음 중 하나여야 합니다: {} (ko-KR과 ko_KR은 ko로 읽습니다)."
    ),
    "must be one of {}.": "다음 중 하나여야 합니다: {}.",
    "must be an ISO 8601 datetime such as 2026-03-02T10:00:00+09:00.": (
        "2026-03-02T10:00:00+09:00과 같은 ISO 8601 일시여야 합니다."
    ),
    "must carry an offset, such as +09:00; a datetime without one is ambiguous.": (
        "+09:00과 같은 오프셋이 있어야 합니다. 없으면 시점이 정해지지 않습니다."
    ),
    "must be an IANA zone name such as Asia/Seoul.": "Asia/Seoul과 같은 IANA 시간대여야 합니다.",
    "must be an IANA zone such as Asia/Seoul.": "Asia/Seoul과 같은 IANA 시간대여야 합니다.",
    "must be an e-mail address such as name@example.com.": (
        "name@example.com과 같은 이메일 주소여야 합니다."
    ),
    "must be a time of day such as 09:00.": "09:00과 같은 시각이어야 합니다.",
    "must lie on a {}-minute step, such as 09:00.": "09:00처럼 {}분 단위여야 합니다.",
    "equals start; leave the window out to receive all day.": (
        "start와 같습니다. 하루 종일 받으려면 receive_window를 빼세요."
    ),
    "must be later than start_at.": "start_at보다 늦어야 합니다.",
    "must not be more than total_count.": "total_count보다 클 수 없습니다.",
    "must not be null; leave the key out instead.": "null일 수 없습니다. 키를 빼세요.",
    "must not be empty.": "비어 있으면 안 됩니다.",
    "must not be empty here.": "여기에서는 비어 있으면 안 됩니다.",
    "must not hold control characters.": "제어 문자를 넣을 수 없습니다.",
    "must not hold spaces, quotes, control or invisible characters, or backslashes.": (
        "빈칸, 따옴표, 제어 문자, 보이지 않는 문자, 역슬래시를 넣을 수 없습니다."
    ),
    "must be an id, not a relative path.": "상대 경로가 아니라 ID여야 합니다.",
    "must be an id of at most {} characters.": "{}자 이하의 ID여야 합니다.",
    "holds a lone surrogate, which UTF-8 cannot carry.": "UTF-8로 나타낼 수 없는 문자가 있습니다.",
    "is in the list already.": "목록에 이미 있습니다.",
    "must have at most {} characters, not {}.": "{}자 이하여야 하는데 {}자입니다.",
    "must have at most {} characters here, not {}.": "여기에서는 {}자 이하여야 하는데 {}자입니다.",
    "must have at most {} items, not {}.": "{}개 이하여야 하는데 {}개입니다.",
    "must have at most {} items.": "{}개 이하여야 합니다.",
    "must have at least {} items.": "{}개 이상이어야 합니다.",
    "must be at most {} bytes of JSON, not {}.": "JSON으로 {}바이트 이하여야 하는데 {}바이트입니다.",
    "must start with https://.": "https://로 시작해야 합니다.",
    "must start with http:// or https://.": "http:// 또는 https://로 시작해야 합니다.",
    "must start with {}": "{} 형식으로 시작해야 합니다.",
    "must be a whole number.": "정수여야 합니다.",
    "must be at least {}.": "{} 이상이어야 합니다.",
    "must be at most {}.": "{} 이하여야 합니다.",
    "must be {}, not {}.": "{} 값이 필요합니다. 받은 값: {}.",
    "must be {}.": "필요한 값: {}.",
    "{} is the id of another person too.": "{}: 다른 사람의 id와 같습니다.",
}
_WORDS: Mapping[str, str] = {
    "a string": "문자열",
    "an integer": "정수",
    "a number": "숫자",
    "a finite number": "유한한 숫자",
    "an array": "배열",
    "an object": "객체",
    "true or false": "true 또는 false",
    "null": "null",
    "str": "문자열",
    "int": "정수",
    "float": "숫자",
    "list": "배열",
    "dict": "객체",
    "bool": "true/false",
}


def in_korean(sentence: str) -> str:
    """Return a sentence of the library in Korean; as it is where it is not known."""
    for pattern, korean in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            return korean.format(*(_part(group) for group in found.groups()))
    return sentence


def _part(quoted: str) -> str:
    known = _WORDS.get(quoted)
    if known is not None:
        return known
    # Why a key cannot be used is a sentence of its own.
    return _SENTENCES.get(quoted, quoted)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.escape(english).replace(r"\{\}", "(.*?)"), re.DOTALL), korean)
        for english, korean in _SENTENCES.items()
    )
