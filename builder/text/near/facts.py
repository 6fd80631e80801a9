"""Whether two documents of one template tell different facts: numbers and names in the places where they differ.

Where two keys differ is told by their shingles: what no shared shingle covers has changed. Such a stretch stands between the same
neighbours in both documents, so its two sides can be compared. A beginning or an end that differs may be a frame or a cut, and
counts only if it is much the same in both; where there is a long body, nothing outside of it counts. The rules are the project's
own, with no published source.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from builder.text.kernel import kernel
from builder.text.near.shingle_set import shingle_key
from builder.text.readonly import INT64, UINT8, UINT32, read
from builder.text.slots import room_for

NUMBER, LATIN, SURNAME, PLACE = 1, 2, 4, 8
POSSIBLE, CERTAIN = 1, 2  # weights of a difference
MIN_RUN = 2  # characters in common that part two facts of one stretch
MAX_STRETCH = 32  # characters of a stretch that is still one fact; a longer one was rewritten
MAX_EDGE = 8  # characters of a first or last stretch that is still one fact, and no frame
MIN_BODY = 400  # characters that did not change: more than a template has between its slots
MIN_EDGE_SHARE = 4  # or one character in so many of it stands in both documents
MAX_WIDENED = 64  # characters by which a stretch is widened to a whole number or word; what is longer is neither
MAX_NAME = 4  # characters of a person's name, a surname of two and a given name of two
MIN_FACT_SHARE = 2  # one stretch in so many that differ must be a fact

NUMERALS = "0123456789零〇一二两三四五六七八九十百千万亿"
SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧肖冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱"
    "夏谭韦贾邹石熊孟秦阎闫薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚温庞樊兰殷柳黎易倪俞章鲁葛毕聂焦向欧诸"
)  # the hundred most frequent of the census of 2010 and some more, and two that begin a double surname
PLACES = (
    "省市县区镇乡村州路街港湾岛队院局行厂社校馆股公集中大小"  # what follows the name of a place, house, firm, school or estate
)


@cache
def fact_classes() -> np.ndarray:
    """uint8[65536]: NUMBER, LATIN, SURNAME and PLACE of each character of a canonical key."""
    classes = np.zeros(1 << 16, np.uint8)
    for bit, chars in ((NUMBER, NUMERALS), (SURNAME, SURNAMES), (PLACE, PLACES)):
        classes[[ord(char) for char in chars]] |= bit
    classes[[code for code in range(0x61, 0x250) if chr(code).isalpha()]] |= LATIN
    classes.flags.writeable = False
    return classes


@kernel(f"boolean({UINT32}, int64, int64, {UINT8}, int64)")
def _is(codes: np.ndarray, count: int, place: int, classes: np.ndarray, wanted: int) -> bool:
    return 0 <= place < count and codes[place] < len(classes) and (classes[codes[place]] & wanted) != 0


@kernel(f"int64({UINT32}, int64, {UINT32}, int64, {read('uint64', 2)}, int64[::1])")
def _aligned(
    codes: np.ndarray, count: int, others: np.ndarray, other_count: int, multipliers: np.ndarray, places: np.ndarray
) -> int:
    """For each shingle of `codes` the place of the same one in `others`, from the last such place on if there is one, or -1."""
    width = multipliers.shape[1]
    slots = room_for(other_count)
    keys, heads, links = np.empty(slots, np.uint64), np.full(slots, -1, np.int64), np.empty(other_count, np.int64)
    for start in range(other_count - width, -1, -1):  # from the end, so that each list ascends
        key = shingle_key(others, start, multipliers)
        slot = np.int64(key & np.uint64(slots - 1))
        while heads[slot] >= 0 and keys[slot] != key:
            slot = (slot + 1) & (slots - 1)
        keys[slot], links[start], heads[slot] = key, heads[slot], start
    ahead = heads.copy()  # the first place of each list that may still be expected: no list is walked twice
    expected = found = 0
    for start in range(count - width + 1):
        key = shingle_key(codes, start, multipliers)
        slot = np.int64(key & np.uint64(slots - 1))
        while heads[slot] >= 0 and keys[slot] != key:
            slot = (slot + 1) & (slots - 1)
        places[start] = heads[slot]
        place = ahead[slot]
        while 0 <= place < expected:
            place = links[place]
        ahead[slot] = place
        if place >= 0:
            places[start], expected = place, place + 1
        found += places[start] >= 0
    return found


@kernel(f"boolean({UINT32}, int64, int64, {UINT8}, int64)")
def _has(codes: np.ndarray, start: int, end: int, classes: np.ndarray, kind: int) -> bool:
    """Whether there is a character of this kind; nothing at all will do, since a token may have grown."""
    for place in range(start, end):
        if _is(codes, end, place, classes, kind):
            return True
    return start == end


@kernel(f"boolean({UINT32}, int64, int64, int64, {UINT32}, int64, int64, int64, {UINT8}, int64)")
def _tokens_differ(  # noqa: PLR0913 - two stretches
    codes: np.ndarray,
    count: int,
    start: int,
    end: int,
    others: np.ndarray,
    other_count: int,
    other_start: int,
    other_end: int,
    classes: np.ndarray,
    kind: int,
) -> bool:
    """Whether both stretches, widened to whole tokens, have characters of this kind, and not the same ones in this order."""
    if not (_has(codes, start, end, classes, kind) and _has(others, other_start, other_end, classes, kind)):
        return False  # a sign was lost or came in
    widened = 0
    while (
        widened < MAX_WIDENED
        and _is(codes, count, start - 1, classes, kind)
        and _is(others, other_count, other_start - 1, classes, kind)
    ):
        start, other_start, widened = start - 1, other_start - 1, widened + 1
    while (
        widened < 2 * MAX_WIDENED and _is(codes, count, end, classes, kind) and _is(others, other_count, other_end, classes, kind)
    ):
        end, other_end, widened = end + 1, other_end + 1, widened + 1
    if kind == LATIN and 2 * widened > min(end - start, other_end - other_start):
        return False  # one letter in a long word is a slip
    mine, theirs = start, other_start
    equal, has_mine, has_theirs = True, False, False
    while True:
        while mine < end and not _is(codes, count, mine, classes, kind):
            mine += 1
        while theirs < other_end and not _is(others, other_count, theirs, classes, kind):
            theirs += 1
        if mine >= end or theirs >= other_end:
            break
        has_mine = has_theirs = True
        equal = equal and codes[mine] == others[theirs]
        mine, theirs = mine + 1, theirs + 1
    equal = equal and mine >= end and theirs >= other_end
    return has_mine and has_theirs and not equal


@kernel(f"boolean({UINT32}, int64, int64, {UINT8})")
def _are_names(codes: np.ndarray, start: int, end: int, classes: np.ndarray) -> bool:
    """Whether a stretch can be read as persons' names, one after the other: a surname, then one or two characters."""
    if not 2 <= end - start <= MAX_STRETCH:
        return False
    can_end = np.zeros(end - start + 1, np.bool_)  # after so many characters
    can_end[0] = True
    for place in range(end - start):
        if can_end[place] and _is(codes, end, start + place, classes, SURNAME):
            for size in range(2, 4):
                if place + size <= end - start:
                    can_end[place + size] = True
    return bool(can_end[end - start])


@kernel(f"boolean({UINT32}, {UINT32}, {INT64}, {UINT8})")
def _names_differ(codes: np.ndarray, others: np.ndarray, stretch: np.ndarray, classes: np.ndarray) -> bool:
    """Whether both sides are persons' names; the first surname may stand before, where it is the same, if several follow."""
    start, end, other_start, other_end = stretch
    if _are_names(codes, start, end, classes) and _are_names(others, other_start, other_end, classes):
        return True
    several = min(end - start, other_end - other_start) >= MAX_NAME and start > 0 and other_start > 0
    return several and _are_names(codes, start - 1, end, classes) and _are_names(others, other_start - 1, other_end, classes)


@kernel(f"int64({UINT32}, int64, {UINT32}, int64, {INT64}, {UINT8})")
def _weight(codes: np.ndarray, count: int, others: np.ndarray, other_count: int, stretch: np.ndarray, classes: np.ndarray) -> int:
    """CERTAIN for a number, Latin name or name before PLACE that was exchanged, POSSIBLE for a part of a name, else 0."""
    start, end, other_start, other_end = stretch
    for kind in (NUMBER, LATIN):
        if _tokens_differ(codes, count, start, end, others, other_count, other_start, other_end, classes, kind):
            return CERTAIN
    least, most = min(end - start, other_end - other_start), max(end - start, other_end - other_start)
    if not 0 < least <= most <= MAX_NAME:
        return 0
    if _is(codes, count, end, classes, PLACE):
        return CERTAIN if least > 1 else POSSIBLE
    return POSSIBLE if _is(codes, count, start - 1, classes, SURNAME) else 0


@kernel(f"Tuple((int64, int64, int64))({UINT32}, {UINT32}, {INT64}, {UINT8})")
def _common_run(codes: np.ndarray, others: np.ndarray, stretch: np.ndarray, classes: np.ndarray) -> tuple[int, int, int]:
    """(length, place, place in the other) of the longest run that both sides have, without numbers and Latin; the first one."""
    start, end, other_start, other_end = stretch
    best, best_at, best_other = 0, start, other_start
    lengths = np.zeros(other_end - other_start + 1, np.int64)  # of the run that ends at each place of the other
    for place in range(start, end):
        is_token = _is(codes, end, place, classes, NUMBER | LATIN)
        for other in range(other_end - other_start, 0, -1):
            equal = codes[place] == others[other_start + other - 1] and not is_token
            lengths[other] = lengths[other - 1] + 1 if equal else 0
            if lengths[other] > best:
                best, best_at, best_other = lengths[other], place + 1 - lengths[other], other_start + other - lengths[other]
    return best, best_at, best_other


@kernel(f"int64({UINT32}, int64, {UINT32}, int64, {INT64}, {UINT8}, int64[::1])")
def _weigh(  # what stands between common runs is weighed by itself
    codes: np.ndarray, count: int, others: np.ndarray, other_count: int, whole: np.ndarray, classes: np.ndarray, found: np.ndarray
) -> int:
    """Add the facts and differences of a stretch to `found`; return how many characters of it both sides have in common."""
    stack = np.empty((MAX_STRETCH + 2, 4), np.int64)
    stack[0] = whole
    depth, common = 1, 0
    while depth:
        depth -= 1
        stretch = stack[depth].copy()
        if stretch[0] == stretch[1] and stretch[2] == stretch[3]:
            continue
        if _names_differ(codes, others, stretch, classes):
            found[CERTAIN] += 1
            continue
        length, place, other = _common_run(codes, others, stretch, classes)
        if length < MIN_RUN:
            found[_weight(codes, count, others, other_count, stretch, classes)] += 1
            continue
        common += length
        stack[depth] = stretch[0], place, stretch[2], other
        stack[depth + 1] = place + length, stretch[1], other + length, stretch[3]
        depth += 2
    return common


@kernel(f"int64[::1]({UINT32}, int64, {UINT32}, int64, int64[::1], boolean, {UINT8})")
def _differences(
    codes: np.ndarray,
    count: int,
    others: np.ndarray,
    other_count: int,
    stretch: np.ndarray,
    edge: bool,  # noqa: FBT001 - a kernel takes arguments by place
    classes: np.ndarray,
) -> np.ndarray:
    """int64[3]: the differences in a stretch, by weight. `edge`: at the beginning or the end of the document."""
    found = np.zeros(3, np.int64)
    if not edge:  # a character before and behind may be the same
        overlap = max(0, stretch[0] - stretch[1], stretch[2] - stretch[3])
        stretch[1] += overlap
        stretch[3] += overlap
    least, most = min(stretch[1] - stretch[0], stretch[3] - stretch[2]), max(stretch[1] - stretch[0], stretch[3] - stretch[2])
    if most > MAX_STRETCH or least < 0:
        found[0] += not edge  # rewritten or moved; at an edge a frame, or a cut
    elif most > 0:
        common = _weigh(codes, count, others, other_count, stretch, classes, found)
        if edge and most > MAX_EDGE and MIN_EDGE_SHARE * common < most:
            found[:] = 0
    return found


@kernel(f"boolean({UINT32}, int64, {UINT32}, int64, {read('uint64', 2)}, {UINT8})")
def facts_differ(
    codes: np.ndarray, count: int, others: np.ndarray, other_count: int, multipliers: np.ndarray, classes: np.ndarray
) -> bool:
    """Whether numbers and names are what tells two near documents apart: canonical codes uint32, the first so many of each."""
    width = multipliers.shape[1]
    places = np.empty(count, np.int64)
    found, recent = np.zeros(3, np.int64), np.zeros(3, np.int64)  # by weight
    stretch = np.zeros(4, np.int64)
    _aligned(codes, count, others, other_count, multipliers, places)
    last, first, has_body = -1, 0, False  # the last shingle before the stretch, the first of its run
    for start in range(count - width + 2):
        ended = start > count - width
        if not ended and (places[start] < 0 or (last >= 0 and start == last + 1 and places[start] == places[last] + 1)):
            last = last if places[start] < 0 else start
            continue
        if last >= 0 and last - first + width >= MIN_BODY:
            found += recent if has_body else np.zeros(3, np.int64)  # what stands before the first run of that length is a frame
            recent[:] = 0
            has_body = True
        stretch[0], stretch[2] = (last + width, places[last] + width) if last >= 0 else (0, 0)
        stretch[1], stretch[3] = (count, other_count) if ended else (start, places[start])
        recent += _differences(codes, count, others, other_count, stretch, ended or last < 0, classes)
        last = first = start
    if not has_body:
        found = recent
    certain, possible = found[CERTAIN], found[POSSIBLE]
    return (certain > 0 or possible > 1) and MIN_FACT_SHARE * (certain + possible) >= found.sum()
