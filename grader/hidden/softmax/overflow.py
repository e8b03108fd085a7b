"""What goes wrong where exp overflows or underflows, or where somebody guards against it."""

import torch

from grader.hidden.softmax.parts import divided, e_of, put_to, wrong

OVERFLOWS = [
    *wrong(
        "no_max_shift",
        "exp is taken of the logits as they are and overflows: subtract the row's largest "
        "logit first, which changes nothing in the quotient.",
        lambda z, d: divided(z.exp(), d),
        lambda z, d: (z - z.exp().sum(d, keepdim=True).log()).exp(),
        lambda z, d: torch.where(z.exp().isinf(), z.exp(), divided(z.exp(), d)),
    ),
    *wrong(
        "mean_shift",
        "The mean is subtracted before exp; a logit far above the mean still overflows. "
        "Subtract the maximum.",
        lambda z, d: divided((z - z.mean(d, keepdim=True)).exp(), d),
    ),
    *wrong(
        "min_shift",
        "The minimum is subtracted before exp, which makes overflow worse. Subtract the maximum.",
        lambda z, d: divided((z - z.amin(d, keepdim=True)).exp(), d),
    ),
    *wrong(
        "global_max_shift",
        "The largest logit of the whole tensor is subtracted: in rows far below it every exp "
        "becomes 0, and 0/0 is NaN. Subtract each row's own maximum.",
        lambda z, d: divided((z - z.max()).exp(), d),
    ),
    *wrong(
        "absolute_shift",
        "The largest absolute value is subtracted, not the largest logit: in rows of large "
        "negative logits every exp becomes 0, and 0/0 is NaN.",
        lambda z, d: divided((z - z.abs().amax(d, keepdim=True)).exp(), d),
        put_to(lambda z, d: z - z.abs().amax(d, keepdim=True)),
    ),
    *wrong(
        "shift_over_the_last_axis",
        "The maximum is taken over the last axis, not over `dim`.",
        lambda z, d: divided((z - z.amax(-1, keepdim=True)).exp(), d),
    ),
    *wrong(
        "shift_over_axis_zero",
        "The maximum is taken over axis 0, not over `dim`.",
        lambda z, d: divided((z - z.amax(0, keepdim=True)).exp(), d),
        put_to(lambda z, _: z - z.amax(0, keepdim=True)),
    ),
    *wrong(
        "clamped_logits",
        "The logits are clamped before exp: differences beyond the limits are lost. Subtract "
        "the maximum instead.",
        *(
            lambda z, d, c=c: divided(z.clamp(-c, c).exp(), d)
            for c in (10, 20, 30, 40, 50, 60, 70, 80, 85, 88)
        ),
        *(lambda z, d, c=c: divided(z.clamp(max=c).exp(), d) for c in (10, 20, 30, 50, 80, 88)),
    ),
    *wrong(
        "infinities_replaced",
        "Infinite or NaN values are replaced by other numbers, which hides the overflow: "
        "subtract the maximum before exp.",
        lambda z, d: divided(z.exp(), d).nan_to_num(),
        lambda z, d: divided(z.exp().nan_to_num(), d),
        *(lambda z, d, r=r: divided(z.exp(), d).nan_to_num(r, r, r) for r in (1.0, 0.5)),
        *(lambda z, d, r=r: divided(z.exp().clamp(max=r), d) for r in (1e10, 1e30, 1e38)),
    ),
    *wrong(
        "shifted_on_one_side",
        "The maximum is subtracted above the fraction line or below it, not on both sides, so "
        "it does not cancel: divide the very same exponentials by their sum.",
        lambda z, d: e_of(z, d) / z.exp().sum(d, keepdim=True),
        lambda z, d: z.exp() / e_of(z, d).sum(d, keepdim=True),
        lambda z, d: (z - z.max()).exp() / z.exp().sum(d, keepdim=True),
    ),
]
"""Mistakes of the formula `softmax.SOFTMAX`."""
