from datetime import date

import pytest

from tests import factories
from tests.test_pages import client_of


@pytest.fixture
def client(county_staff):
    return client_of(county_staff)


@pytest.fixture
def teams(county_staff):
    """Organizations of the county as the register has them, linked since 2014."""
    names = [
        "象山雄鹰应急救援队",
        "象山县足球协会",
        "象山县篮球协会",
        "象山心理学习小组",
        "象山县职工艺术团",
        "绿丝带志愿者协会",
        "象山县美容美发协会",
        "象山县律师协会",
        "职工红娘组",
        "海上老娘舅",
        "安全讲师团",
        "象山中医药服务队",
        "261爱乐益志愿服务队",
        "塔山社区妈妈帮",
        "塔山健康小屋",
    ]
    return {
        name: factories.OrganizationFactory(name=name, stage="unionised", linked_on=date(2014, 1, 1)) for name in names
    }
