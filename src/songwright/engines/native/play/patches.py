"""The synth patches: which kernel plays them, with which numbers."""

from __future__ import annotations

from .fm import FmSpec
from .pluck import PluckSpec
from .sweeps import SweepSpec
from .voice import VoiceSpec
from .waves import ORGAN, PULSE, REED, SAW, SINE, STEPS, TRIANGLE

Spec = VoiceSpec | FmSpec | PluckSpec | SweepSpec

# fmt: off
PATCHES: dict[str, Spec] = {
    "bass_sub": VoiceSpec(
        wave=SINE, wave_b=TRIANGLE, level_b=0.25, free_phase=0, attack_s=0.006, decay_s=0.2, sustain=0.9,
        release_s=0.12, cutoff_hz=900, key_track=0.3, drive=0.25, highpass_hz=20,
    ),
    "bass_saw": VoiceSpec(
        level_b=0.6, wave_b=PULSE, unison=2, detune_cents=6, free_phase=0, sub=0.5, attack_s=0.002, decay_s=0.5,
        sustain=0.75, release_s=0.08, cutoff_hz=700, resonance=1.6, poles=4, filter_octaves=1.8, filter_decay_s=0.35,
        filter_sustain=0.2, drive=0.2, highpass_hz=24,
    ),
    "bass_pluck": VoiceSpec(
        level_b=0.7, wave_b=PULSE, free_phase=0, sub=0.6, attack_s=0.001, decay_s=0.55, sustain=0.18, release_s=0.1,
        cutoff_hz=500, resonance=1.8, poles=4, filter_octaves=2.6, filter_decay_s=0.28, drive=0.15, highpass_hz=24,
    ),
    "bass_808": VoiceSpec(
        wave=SINE, free_phase=0, attack_s=0.002, decay_s=3.2, sustain=0, release_s=0.16, cutoff_hz=3500,
        pitch_env_semitones=14, pitch_env_s=0.016, drive=0.55, glide_s=0.1, highpass_hz=18, velocity_octaves=0.5,
    ),
    "bass_reese": VoiceSpec(
        unison=3, detune_cents=18, width=0.5, sub=0.8, attack_s=0.004, decay_s=0.3, sustain=0.9, release_s=0.1,
        cutoff_hz=1400, key_track=0.2, resonance=1.1, poles=4, lfo_hz=0.23, lfo_octaves=0.8, drive=0.35, highpass_hz=24,
    ),
    "bass_acid": VoiceSpec(
        free_phase=0, attack_s=0.002, decay_s=0.6, sustain=0.5, release_s=0.05, cutoff_hz=520, resonance=7, poles=4,
        filter_octaves=2.6, filter_decay_s=0.3, velocity_octaves=2.4, drive=0.35, glide_s=0.06, highpass_hz=24,
    ),
    "bass_fm": FmSpec(
        carrier=1, modulator=1, index=2.6, index_decay_s=0.16, index_sustain=0.25, decay_s=1.3, sustain=0.35,
        carrier_b=1, modulator_b=3, index_b=1.2, index_decay_b_s=0.05, level_b=0.35, decay_b_s=0.3, release_s=0.09,
        key_scaling=0.1,
    ),
    "bass_wobble": VoiceSpec(
        level_b=0.6, wave_b=PULSE, unison=3, detune_cents=13, free_phase=0, attack_s=0.004, decay_s=0.4, sustain=0.95,
        release_s=0.04, cutoff_hz=300, key_track=0.2, resonance=3.2, poles=4, filter_octaves=3.3, filter_attack_s=0.09,
        filter_decay_s=0.2, velocity_octaves=1.8, drive=0.6, highpass_hz=65,
    ),
    "bass_growl": VoiceSpec(
        level_b=0.8, wave_b=PULSE, semitones_b=12, pulse_width=0.3, unison=3, detune_cents=4, free_phase=0,
        attack_s=0.004, decay_s=0.35, sustain=0.9, release_s=0.03, cutoff_hz=520, key_track=0.2, resonance=4.5,
        filter_octaves=3.0, filter_attack_s=0.05, filter_decay_s=0.14, filter_sustain=0.25, velocity_octaves=2.0,
        formant=0.55, drive=0.85, pitch_env_semitones=-3, pitch_env_s=0.05, highpass_hz=90,
    ),
    "bass_rumble": VoiceSpec(
        wave=SINE, noise=0.03, free_phase=0, attack_s=0.03, decay_s=0.25, sustain=0.5, release_s=0.1, cutoff_hz=180,
        key_track=0.2, resonance=1.0, poles=4, drive=0.55, highpass_hz=25,
    ),
    "bass_drone": VoiceSpec(
        level_b=0.5, semitones_b=12, unison=2, detune_cents=5, free_phase=0, sub=0.5, attack_s=0.35, decay_s=1.2,
        sustain=0.85, release_s=1.1, cutoff_hz=650, key_track=0.2, resonance=0.6, lfo_hz=0.07, lfo_octaves=0.3,
        highpass_hz=24,
    ),
    "bass_log": VoiceSpec(
        wave=SINE, wave_b=TRIANGLE, level_b=0.35, free_phase=0, attack_s=0.001, decay_s=0.75, sustain=0, release_s=0.12,
        cutoff_hz=2200, pitch_env_semitones=12, pitch_env_s=0.022, drive=0.4, highpass_hz=28,
    ),
    "lead_saw": VoiceSpec(
        level_b=0.5, wave_b=PULSE, unison=2, detune_cents=7, width=0.35, attack_s=0.006, decay_s=0.4, sustain=0.8,
        release_s=0.16, cutoff_hz=2600, resonance=1.2, poles=4, filter_octaves=1.0, filter_decay_s=0.5,
        filter_sustain=0.4, vibrato_cents=14, drive=0.1, highpass_hz=120,
    ),
    "lead_square": VoiceSpec(
        wave=PULSE, pulse_width=0.5, pwm=0.08, pwm_hz=0.7, unison=2, detune_cents=4, width=0.25, attack_s=0.006,
        decay_s=0.4, sustain=0.85, release_s=0.14, cutoff_hz=3600, resonance=0.9, filter_octaves=0.7,
        filter_decay_s=0.4, filter_sustain=0.5, vibrato_cents=12, highpass_hz=110,
    ),
    "lead_supersaw": VoiceSpec(
        unison=7, detune_cents=22, width=0.9, level_b=0.25, semitones_b=12, attack_s=0.003, decay_s=0.4, sustain=0.85,
        release_s=0.3, cutoff_hz=8500, resonance=0.75, filter_octaves=0.5, filter_decay_s=0.4, highpass_hz=150,
    ),
    "lead_bell": FmSpec(
        carrier=1, modulator=3.5, index=1.7, index_decay_s=0.7, index_sustain=0.1, decay_s=0.9, carrier_b=2,
        modulator_b=7, index_b=0.8, index_decay_b_s=0.15, level_b=0.3, decay_b_s=0.4, release_s=0.9, detune_cents=5,
        key_scaling=0.5,
    ),
    "pad_warm": VoiceSpec(
        unison=6, detune_cents=12, width=0.85, attack_s=0.45, decay_s=0.8, sustain=0.9, release_s=1.2, cutoff_hz=1300,
        key_track=0.4, resonance=0.7, filter_octaves=0.6, filter_attack_s=0.7, filter_decay_s=2, filter_sustain=0.5,
        lfo_hz=0.13, lfo_octaves=0.25, highpass_hz=90,
    ),
    "pad_air": VoiceSpec(
        wave=TRIANGLE, wave_b=SAW, level_b=0.35, semitones_b=12, unison=5, detune_cents=11, width=1, noise=0.035,
        attack_s=0.7, decay_s=1, sustain=0.9, release_s=1.8, cutoff_hz=4200, resonance=0.8, lfo_hz=0.09,
        lfo_octaves=0.5, highpass_hz=260, key_track=0.4,
    ),
    "pad_string": VoiceSpec(
        wave=SAW, wave_b=PULSE, level_b=0.5, pulse_width=0.4, pwm=0.15, pwm_hz=0.8, unison=4, detune_cents=10,
        width=0.8, attack_s=0.18, decay_s=0.5, sustain=0.95, release_s=0.7, cutoff_hz=3400, resonance=0.6,
        filter_octaves=0.3, filter_attack_s=0.3, filter_decay_s=1, filter_sustain=0.6, vibrato_cents=6,
        vibrato_delay_s=0.5, highpass_hz=140,
    ),
    "brass_saw": VoiceSpec(
        unison=4, detune_cents=11, width=0.6, attack_s=0.03, decay_s=0.5, sustain=0.85, release_s=0.22, cutoff_hz=900,
        resonance=0.9, poles=4, filter_octaves=2.3, filter_attack_s=0.05, filter_decay_s=0.6, filter_sustain=0.55,
        velocity_octaves=1.6, highpass_hz=90,
    ),
    "pluck": VoiceSpec(
        level_b=0.6, wave_b=PULSE, unison=2, detune_cents=6, width=0.5, attack_s=0.001, decay_s=0.55, sustain=0,
        release_s=0.3, cutoff_hz=900, resonance=1.3, poles=4, filter_octaves=3, filter_decay_s=0.35,
        velocity_octaves=1.6, highpass_hz=120,
    ),
    "arp_saw": VoiceSpec(
        unison=3, detune_cents=9, width=0.6, attack_s=0.001, decay_s=0.35, sustain=0.35, release_s=0.14,
        cutoff_hz=1500, resonance=1.8, poles=4, filter_octaves=1.9, filter_decay_s=0.25, filter_sustain=0.1,
        velocity_octaves=1.6, highpass_hz=110,
    ),
    "stab": VoiceSpec(
        unison=4, detune_cents=10, width=0.7, level_b=0.4, wave_b=PULSE, attack_s=0.002, decay_s=0.5, sustain=0.3,
        release_s=0.16, cutoff_hz=1400, resonance=1.4, filter_octaves=2, filter_decay_s=0.32, filter_sustain=0.1,
        highpass_hz=130,
    ),
    "ep_fm": FmSpec(
        carrier=1, modulator=1, index=1.1, index_decay_s=0.7, index_sustain=0.35, decay_s=1.9, carrier_b=1,
        modulator_b=14, index_b=0.55, index_decay_b_s=0.14, level_b=0.35, decay_b_s=0.5, release_s=0.22, tremolo=0.22,
        detune_cents=3,
    ),
    "organ": VoiceSpec(
        wave=ORGAN, unison=2, detune_cents=1.5, width=0.5, attack_s=0.006, decay_s=0.1, sustain=1, release_s=0.05,
        cutoff_hz=6500, key_track=0.1, velocity_octaves=0.3, vibrato_cents=7, vibrato_hz=6.6, vibrato_delay_s=0,
        tremolo=0.12, drive=0.12, highpass_hz=45,
    ),
    "guitar_pluck": PluckSpec(),
    "vox_chop": VoiceSpec(
        wave=REED, unison=3, detune_cents=9, width=0.5, noise=0.02, attack_s=0.012, decay_s=0.4, sustain=0.8,
        release_s=0.14, cutoff_hz=6500, key_track=0.1, formant=0.9, vibrato_cents=16, vibrato_hz=5.6,
        pitch_env_semitones=-1.2, pitch_env_s=0.03, highpass_hz=140,
    ),
    "noise_sweep_up": SweepSpec(from_hz=300, to_hz=9500, from_db=-30, to_db=0),
    "noise_sweep_down": SweepSpec(from_hz=9000, to_hz=300, from_db=0, to_db=-30, release_s=0.3),
    "riser": SweepSpec(noise=0.7, from_hz=400, to_hz=9000, from_db=-26, to_db=0, tone=0.5, q=1.1),
    "impact": SweepSpec(
        noise=0.5, from_hz=2400, to_hz=160, from_db=-4, to_db=-60, boom=1.6, burst=1.2, fixed_s=2.4, q=0.6,
        release_s=0.2,
    ),
    "reverse_cymbal": SweepSpec(
        noise=1, from_hz=3500, to_hz=8500, from_db=-46, to_db=0, q=0.5, metal=0.55, release_s=0.03
    ),
    "chip_square": VoiceSpec(
        wave=PULSE, pulse_width=0.25, free_phase=0, attack_s=0.001, decay_s=0.12, sustain=0.65, release_s=0.02,
        vibrato_cents=10, vibrato_delay_s=0.18, vibrato_hz=6.5, velocity_octaves=0, glide_s=0.04,
    ),
    "chip_thin": VoiceSpec(
        wave=PULSE, pulse_width=0.125, free_phase=0, attack_s=0.001, decay_s=0.1, sustain=0.6, release_s=0.015,
        velocity_octaves=0, glide_s=0.03,
    ),
    "chip_triangle": VoiceSpec(
        wave=STEPS, free_phase=0, attack_s=0.001, decay_s=0.05, sustain=1, release_s=0.015, velocity_octaves=0,
        glide_s=0.04,
    ),
}
# fmt: on
"""Patch id -> numbers. The filters of ``bass_wobble`` and ``bass_growl`` open with every note: notes are the rhythm."""
